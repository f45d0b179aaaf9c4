"""An engine in memory that does as scripted, and otherwise behaves like the real ones."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.engine.build_input import check_input
from tf_docker_check.engine.exits import signal_name
from tf_docker_check.engine.labels import RUN
from tf_docker_check.engine.protocol import (
    BuildRequest,
    EngineBuildResult,
    Progress,
    RunRequest,
    RunResult,
    Trace,
)
from tf_docker_check.errors import EngineError, ImageNotFound
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.image import EngineInfo, Image
from tf_docker_check.model.observation import BuildStep, Exit

SIGKILLED = 137
LIBRARIES = {"/site/tensorflow/libtensorflow_framework.so.2": 65_000_000}
"""What containers of the fake engine have, unless another is said."""
INFO = EngineInfo(kind="docker", version="99.0", builder="fake", cpus=2, memory=8 << 30)


@dataclass(frozen=True)
class Script:
    """What a container does, or one RUN of a build."""

    output: bytes = b""
    code: int = 0
    seconds: float = 0.0
    oom: bool = False
    refusal: str = ""  # the engine will not start it
    image_at_fault: bool = False  # for what is in the image
    stopped_by: str = ""  # what somebody else had the engine do to it
    error: EngineError | None = None  # the engine fails in the middle of it
    step: str = "[2/2] RUN something"  # of a build


def nothing(request: object) -> Script:
    """The script of whatever succeeds in silence."""
    return Script()


@dataclass(frozen=True)
class FakeFiles:
    """Files of a container, by their sizes: their content is that many dots."""

    by_path: Mapping[str, int]

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int]:
        return {path: self.by_path[path] for path in paths if path in self.by_path}

    def chunks(self, path: str) -> Iterator[bytes]:
        if path in self.by_path:
            yield b"." * self.by_path[path]


@dataclass
class FakeEngine:
    """Implements `Engine`. What was asked of it is in `ran` and `built`.

    `hub` says what a pull of a reference brings: an image or an error to raise.
    `programs` are paths by image reference; links need no more than to be listed.
    """

    images: dict[str, Image] = field(default_factory=dict)
    hub: Mapping[str, Image | Exception] = field(default_factory=dict)
    programs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=lambda: dict(LIBRARIES))  # bytes, in every container
    on_run: Callable[[RunRequest], Script] = nothing
    on_build: Callable[[BuildRequest], Script] = nothing
    told: EngineInfo = INFO
    free: int | None = None
    ran: list[RunRequest] = field(default_factory=list)
    built: list[BuildRequest] = field(default_factory=list)
    networks: dict[str, Mapping[str, str]] = field(default_factory=dict)  # labels by id
    ended: tuple[Trace, ...] = ()  # what runs left whose process was killed
    _stopped: threading.Event = field(default_factory=threading.Event)

    def info(self) -> EngineInfo:
        return self.told

    def disk_free(self) -> int | None:
        return self.free

    def pull(
        self,
        reference: str,
        platform: str = "",
        progress: Progress | None = None,
        timeout: float = 1800.0,
    ) -> Image:
        found = self.hub.get(reference)
        if not isinstance(found, Image):
            raise found or ImageNotFound(f"there is no image {reference}")
        self.images[reference] = found
        return found

    def inspect(self, reference: str) -> Image | None:
        by_id = {image.id: image for image in self.images.values()}
        return self.images.get(reference) or by_id.get(reference)

    def build(self, request: BuildRequest, progress: Progress | None = None) -> EngineBuildResult:
        check_input(request)
        self.built.append(request)
        script = self.on_build(request)
        self._unless_stopped("a build")
        output, late = script.output.decode(), script.seconds > request.timeout
        error = "" if late or not script.code else f"exit code: {script.code}"
        seconds = min(script.seconds, request.timeout)
        step = BuildStep(script.step, seconds, error=error, log=output)
        if not (late or error or script.refusal):
            return EngineBuildResult(self._image(request), (step,), seconds)
        return EngineBuildResult(
            image=None,
            steps=(step,),
            seconds=seconds,
            error=script.refusal or error or f"stopped after {request.timeout:.0f} s",
            log=output,
            exit_code=None if late else script.code or None,
            timed_out=late,
        )

    def _image(self, request: BuildRequest) -> Image:
        key = hashlib.sha256(repr(request).encode()).hexdigest()
        labels = tuple(sorted(request.labels.items()))
        image = Image(f"sha256:{key}", request.tag or f"sha256:{key}", layers=1, labels=labels)
        self.images[image.reference] = image
        return image

    def find_executable(
        self, image: str, names: tuple[str, ...], labels: Mapping[str, str] | None = None
    ) -> str:
        found = (path for path in self.programs.get(image, ()) if path.rpartition("/")[2] in names)
        return next(found, "")

    def run(self, request: RunRequest) -> RunResult:
        if not self.inspect(request.image):
            raise EngineError(f"the image {request.image} is gone")
        self.ran.append(request)
        script = self.on_run(request)
        self._unless_stopped("a container")
        if script.refusal:
            return RunResult(Exit(), error=script.refusal, image_at_fault=script.image_at_fault)
        output = Bounded(request.max_output)
        output.add(script.output)
        if request.on_output and script.output:
            request.on_output(script.output)
        if script.error:
            raise script.error
        late = script.seconds > request.timeout
        code = SIGKILLED if late else script.code
        seconds = min(script.seconds, request.timeout)
        exit_ = Exit(
            code, signal_name(code), script.oom, timed_out=late, seconds=seconds, stopped_by=script.stopped_by
        )
        if request.after:
            request.after(FakeFiles(self.files))
        way = "fake" if request.gpu is Gpu.REQUIRE else ""
        return RunResult(exit_, output.value(), dropped=output.dropped, gpu_way=way)

    def _unless_stopped(self, what: str) -> None:
        if self._stopped.is_set():
            raise EngineError(f"{what} was stopped")

    def create_network(self, labels: Mapping[str, str]) -> str:
        network = f"network-{uuid.uuid4().hex}"
        self.networks[network] = labels
        return network

    def remove_network(self, network: str) -> None:
        self.networks.pop(network, None)

    def remove_image(self, reference: str) -> None:
        image = self.inspect(reference)
        self.images = {name: known for name, known in self.images.items() if known != image}

    def sweep(self, labels: Mapping[str, str]) -> int:
        if not labels:
            raise ValueError("a sweep without labels would take everything")
        ours = [name for name, image in self.images.items() if labels.items() <= dict(image.labels).items()]
        for name in ours:
            del self.images[name]
        meshes = [name for name, carried in self.networks.items() if labels.items() <= carried.items()]
        for name in meshes:
            del self.networks[name]
        return len(ours) + len(meshes)

    def traces(self) -> tuple[Trace, ...]:
        carried = [dict(image.labels) for image in self.images.values()], list(self.networks.values())
        runs = {labels[RUN] for each in carried for labels in each if RUN in labels}
        live = (
            Trace({RUN: run}, False, 0, *(sum(e.get(RUN) == run for e in each) for each in carried[::-1]))
            for run in sorted(runs)
        )
        return (*self.ended, *live)

    def close(self) -> None:
        self._stopped.set()


def image(reference: str, **about: object) -> Image:
    """A plausible image called *reference*."""
    key = hashlib.sha256(reference.encode()).hexdigest()
    plain = Image(f"sha256:{key}", reference, f"sha256:{key}", 1000, 1, "amd64", "linux")
    return replace(plain, **about)  # type: ignore[arg-type]
