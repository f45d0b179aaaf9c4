"""`Engine` over Docker's API, of dockerd or of Podman."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from tf_docker_check.engine import (
    build_buildx,
    build_classic,
    containers,
    executables,
    images,
    info,
    networks,
)
from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.gpu import PODMAN_WAYS, WAYS
from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.engine.labels import A_CONTAINER, A_NETWORK, add_owner_labels, image_mark
from tf_docker_check.engine.owner import this_process
from tf_docker_check.engine.protocol import (
    BuildRequest,
    EngineBuildResult,
    Progress,
    RunRequest,
    RunResult,
    Trace,
)
from tf_docker_check.engine.sweep import sweep
from tf_docker_check.engine.traces import known_container, traces
from tf_docker_check.engine.trouble import engine_errors
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.image import EngineInfo, Image


class DockerEngine:
    """`Engine` over the docker SDK; builds use buildx if it is installed."""

    def __init__(self, api: Client, endpoint: Endpoint, buildx: Buildx | None) -> None:
        self._api, self._endpoint, self._buildx = api, endpoint, buildx
        self._in_flight = InFlight()
        self._gpu_way = ""  # the way that worked before

    def info(self) -> EngineInfo:
        """Return the engine, its builder and its machine."""
        with engine_errors("cannot ask the container engine about itself"):
            return info.engine_info(self._api.version(), self._api.info(), self._endpoint.host, self._buildx)

    def disk_free(self) -> int | None:
        """Return the bytes free for images; None if the engine's disk is not visible from here."""
        with engine_errors("cannot ask the container engine about its disk"):
            return info.disk_free(self._api.info(), self._endpoint.host)

    def pull(
        self,
        reference: str,
        platform: str = "",
        progress: Progress | None = None,
        timeout: float = 1800.0,
    ) -> Image:
        """Pull *reference* and return the local image."""
        spec = images.PullSpec(reference, platform, timeout, progress)
        return images.pull(self._api, self._endpoint, spec, self._in_flight)

    def inspect(self, reference: str) -> Image | None:
        """Return a local image, or None."""
        return images.inspect(self._api, reference)

    def build(self, request: BuildRequest, progress: Progress | None = None) -> EngineBuildResult:
        """Build with buildx, else with the engine's classic builder."""
        request = replace(request, labels=self._with_owner_labels(request.labels, image_mark(request.tag)))
        if self._buildx:
            return build_buildx.build(
                self._api, self._buildx, self._endpoint, request, in_flight=self._in_flight, progress=progress
            )
        return build_classic.build(self._api, self._endpoint, request, self._in_flight, progress)

    def find_executable(
        self, image: str, names: tuple[str, ...], labels: Mapping[str, str] | None = None
    ) -> str:
        """Return the first of *names* on the image's PATH, without running anything; else empty."""
        return executables.find_executable(
            self._api, image, names, self._with_owner_labels(labels or {}, A_CONTAINER)
        )

    def run(self, request: RunRequest) -> RunResult:
        """Run to the end, at most `timeout` seconds, and remove the container."""
        request = replace(request, labels=self._with_owner_labels(request.labels, A_CONTAINER))
        if request.gpu is not Gpu.REQUIRE:
            return containers.run(self._api, request, self._in_flight, {"": {}})
        ways = PODMAN_WAYS if self.info().kind == "podman" else WAYS
        if self._gpu_way:
            ways = {self._gpu_way: ways[self._gpu_way]}
        ran = containers.run(self._api, request, self._in_flight, ways)
        self._gpu_way = self._gpu_way or ran.gpu_way
        return ran

    def create_network(self, labels: Mapping[str, str]) -> str:
        """Create a bridge network with *labels* and return its id."""
        return networks.create(self._api, self._with_owner_labels(labels, A_NETWORK))

    def remove_network(self, network: str) -> None:
        """Remove a network that no container is on."""
        networks.remove(self._api, network)

    def remove_image(self, reference: str) -> None:
        """Remove one image; no error if it does not exist."""
        images.remove(self._api, reference)

    def sweep(self, labels: Mapping[str, str]) -> int:
        """Remove every container, network and image that carries all *labels*; return how many."""
        return sweep(self._api, labels)

    def traces(self) -> tuple[Trace, ...]:
        """Return what each run has on the engine."""
        with engine_errors("cannot look for what earlier runs left"):
            return traces(self._api, local=self._endpoint.host.startswith("unix://"))

    def _with_owner_labels(self, labels: Mapping[str, str], made: str) -> Mapping[str, str]:
        return add_owner_labels(labels, made, str(this_process()), self._container)

    @cached_property
    def _container(self) -> str:
        """Return the id of the container we run in if this engine runs it; else empty."""
        return known_container(self._api)

    def close(self) -> None:
        """Stop builds and containers under way and let go of connections."""
        self._in_flight.stop_all()
        self._api.close()
