"""The engine behind Docker's API: dockerd, or Podman's imitation of it."""

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
from tf_docker_check.engine.labels import A_CONTAINER, A_NETWORK, an_image, marked
from tf_docker_check.engine.owner import this_process
from tf_docker_check.engine.protocol import BuildRequest, Built, Progress, Ran, RunRequest, Trace
from tf_docker_check.engine.running import Running
from tf_docker_check.engine.sweep import sweep
from tf_docker_check.engine.traces import known_container, traces
from tf_docker_check.engine.trouble import asking
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.image import EngineInfo, Image


class DockerEngine:
    """`Engine` over the docker SDK, with builds through buildx where it is there."""

    def __init__(self, api: Client, endpoint: Endpoint, buildx: Buildx | None) -> None:
        self._api, self._endpoint, self._buildx = api, endpoint, buildx
        self._running = Running()
        self._gpu_way = ""  # the way that worked before

    def info(self) -> EngineInfo:
        """The engine, its builder and its machine."""
        with asking("cannot ask the container engine about itself"):
            return info.engine_info(self._api.version(), self._api.info(), self._endpoint.host, self._buildx)

    def disk_free(self) -> int | None:
        """Bytes free for images; None where the engine's disk cannot be seen from here."""
        with asking("cannot ask the container engine about its disk"):
            return info.disk_free(self._api.info(), self._endpoint.host)

    def pull(
        self,
        reference: str,
        platform: str = "",
        progress: Progress | None = None,
        timeout: float = 1800.0,
    ) -> Image:
        """Make *reference* a local image."""
        wanted = images.Pull(reference, platform, timeout, progress)
        return images.pull(self._api, self._endpoint, wanted, self._running)

    def inspect(self, reference: str) -> Image | None:
        """A local image, or None."""
        return images.inspect(self._api, reference)

    def build(self, request: BuildRequest, progress: Progress | None = None) -> Built:
        """Build with buildx, else with the engine's classic builder."""
        request = replace(request, labels=self._marked(request.labels, an_image(request.tag)))
        if self._buildx:
            return build_buildx.build(
                self._api, self._buildx, self._endpoint, request, running=self._running, progress=progress
            )
        return build_classic.build(self._api, self._endpoint, request, self._running, progress)

    def find_executable(
        self, image: str, names: tuple[str, ...], labels: Mapping[str, str] | None = None
    ) -> str:
        """The first of *names* along the image's PATH, without running anything; else empty."""
        return executables.find_executable(self._api, image, names, self._marked(labels or {}, A_CONTAINER))

    def run(self, request: RunRequest) -> Ran:
        """Run to the end, at most `timeout` seconds, and remove the container."""
        request = replace(request, labels=self._marked(request.labels, A_CONTAINER))
        if request.gpu is not Gpu.REQUIRE:
            return containers.run(self._api, request, self._running, {"": {}})
        ways = PODMAN_WAYS if self.info().kind == "podman" else WAYS
        if self._gpu_way:
            ways = {self._gpu_way: ways[self._gpu_way]}
        ran = containers.run(self._api, request, self._running, ways)
        self._gpu_way = self._gpu_way or ran.gpu_way
        return ran

    def create_network(self, labels: Mapping[str, str]) -> str:
        """The id of a new bridge network with *labels*."""
        return networks.create(self._api, self._marked(labels, A_NETWORK))

    def remove_network(self, network: str) -> None:
        """Remove a network that no container is on."""
        networks.remove(self._api, network)

    def remove_image(self, reference: str) -> None:
        """Remove one image; that it is gone already is fine."""
        images.remove(self._api, reference)

    def sweep(self, labels: Mapping[str, str]) -> int:
        """Remove every container, network and image that carries all *labels*; how many."""
        return sweep(self._api, labels)

    def traces(self) -> tuple[Trace, ...]:
        """What runs have on the engine, by run."""
        with asking("cannot look for what earlier runs left"):
            return traces(self._api, local=self._endpoint.host.startswith("unix://"))

    def _marked(self, labels: Mapping[str, str], made: str) -> Mapping[str, str]:
        return marked(labels, made, str(this_process()), self._container)

    @cached_property
    def _container(self) -> str:
        """The container we run in, where this engine knows it; another engine would call it gone."""
        return known_container(self._api)

    def close(self) -> None:
        """Stop builds and containers under way and let go of connections."""
        self._running.stop_all()
        self._api.close()
