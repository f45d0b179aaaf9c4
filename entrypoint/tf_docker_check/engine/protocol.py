"""What an engine must offer, and the values that go in and out.

The real engines and the fake share one contract suite: tests/engine/contract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from tf_docker_check.model.config import Gpu, Secret
from tf_docker_check.model.image import EngineInfo, Image
from tf_docker_check.model.observation import BuildStep, Exit

MOST_PROCESSES = 4096
"""Processes and threads of a container: TensorFlow starts several per core; a fork bomb needs more."""

Progress = Callable[[str], None]
"""Called with one short line whenever something visible happens."""


class ContainerFiles(Protocol):
    """The files of a container that has ended, read from outside it. Every method raises EngineError."""

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int]:
        """Return the bytes of each of *paths* that is there, links followed."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the content of the regular file at *path*; nothing where there is no such file."""


@dataclass(frozen=True)
class BuildRequest:
    """One image to build.

    `dockerfile` is the text to build; `context` is a folder of this machine, or empty for none.
    `dockerignore` is the text of the Dockerfile's own ignore file (``NAME.dockerignore`` beside
    it); where empty, the context's ``.dockerignore`` counts.
    `contexts` are BuildKit's named contexts: image references as the Dockerfile writes them, to
    references the engine has or can pull. Only where `EngineInfo.named_contexts` says so; for
    other engines the caller rewrites a copy of the text.
    """

    dockerfile: str
    context: str = ""
    dockerignore: str = ""
    tag: str = ""
    target: str = ""
    platform: str = ""
    contexts: Mapping[str, str] = field(default_factory=dict)
    build_args: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    network: str = ""
    timeout: float = 1800.0


@dataclass(frozen=True)
class EngineBuildResult:
    """A finished build, good or bad. `image` is None if there is none; then `error` says why.

    `errored`: it is not proven that the Dockerfile or a step's own command is at fault.
    """

    image: Image | None
    steps: tuple[BuildStep, ...] = ()
    seconds: float = 0.0
    error: str = ""  # the builder's last error
    log: str = ""  # tail of the failing step's own output, else of everything
    exit_code: int | None = None
    timed_out: bool = False
    errored: bool = False


@dataclass(frozen=True)
class RunRequest:
    """One container to run until it ends. Sizes as docker writes them (``64m``)."""

    image: str
    command: tuple[str, ...]
    entrypoint: tuple[str, ...] | None = None  # None: the image's own
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 600.0  # seconds until it is killed from outside
    max_output: int = 4 * 1024 * 1024  # bytes kept; the middle is dropped beyond
    memory: str = ""
    shm_size: str = ""
    network: str = "none"  # or the id of one that `create_network` made
    alias: str = ""  # its host name, and its name on a network that we created
    read_only: bool = False
    user: str = ""
    gpu: Gpu = Gpu.OFF
    on_output: Callable[[bytes], None] | None = None
    stop: Event | None = None  # set from another thread, it ends the container as its time limit does
    after: Callable[[ContainerFiles], None] | None = (
        None  # called once it has ended, while its files are there
    )


@dataclass(frozen=True)
class RunResult:
    """A finished container. `error` is set where the engine could not start it.

    `image_at_fault`: it was not started because of the image's content.
    """

    exit: Exit
    output: bytes = b""  # stdout and stderr as they came, bounded
    error: str = ""
    dropped: int = 0  # bytes of output not kept
    gpu_way: str = ""  # how the GPU was asked for
    image_at_fault: bool = False


@dataclass(frozen=True)
class Trace:
    """What one run has on an engine. `ended`: whether its process has ended; None if unknown.

    `labels` are those of the run and its process; `sweep` with them takes all of it.
    """

    labels: Mapping[str, str]
    ended: bool | None = None
    containers: int = 0
    networks: int = 0
    images: int = 0

    def __str__(self) -> str:
        counts = {"container": self.containers, "network": self.networks, "image": self.images}
        return ", ".join(f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count)


class Engine(Protocol):
    """Builds images and runs containers. Safe to call from several threads."""

    def info(self) -> EngineInfo:
        """Return the engine, its builder and its machine. Raises EngineError."""

    def disk_free(self) -> int | None:
        """Return the bytes free for images; None if the engine's disk is not visible from here."""

    def pull(
        self,
        reference: str,
        platform: str = "",
        progress: Progress | None = None,
        timeout: float = 1800.0,
    ) -> Image:
        """Make *reference* a local image, resolved anew if a registry answers.

        Raises RegistryError (infrastructure) or ImageNotFound (the image does not exist).
        """

    def inspect(self, reference: str) -> Image | None:
        """Return a local image, or None."""

    def build(self, request: BuildRequest, progress: Progress | None = None) -> EngineBuildResult:
        """Build; a failing build is a value, and so is a FROM that does not exist.

        Raises EngineError where the engine itself failed, RegistryError where a registry kept a
        FROM from us, UsageError for a context or secret that is not there.
        """

    def find_executable(
        self, image: str, names: tuple[str, ...], labels: Mapping[str, str] | None = None
    ) -> str:
        """Return the first of *names* on the image's PATH, without running anything; else empty.

        A container is created for it (never started), with *labels*, and removed.
        """

    def run(self, request: RunRequest) -> RunResult:
        """Run to the end, at most `timeout` seconds, and remove the container.

        A container that the engine refuses to start is a value. Raises EngineError where the
        engine itself failed, also where it stopped answering.
        """

    def create_network(self, labels: Mapping[str, str]) -> str:
        """Create a bridge network with *labels* and return its id.

        Containers find each other on it by alias. Raises EngineError.
        """

    def remove_network(self, network: str) -> None:
        """Remove a network without containers; no error if it does not exist. Raises EngineError."""

    def remove_image(self, reference: str) -> None:
        """Remove one image; no error if it does not exist."""

    def sweep(self, labels: Mapping[str, str]) -> int:
        """Remove every container, network and image that was made with all *labels*; return how many.

        What others built on them stays. Raises EngineError, which names what is left.
        """

    def traces(self) -> tuple[Trace, ...]:
        """Return what each run, this one too, has on the engine. Raises EngineError."""

    def close(self) -> None:
        """Stop builds, pulls and containers in progress, which raise EngineError; close connections.

        `sweep` may still be called.
        """
