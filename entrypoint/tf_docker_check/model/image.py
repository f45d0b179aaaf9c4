"""What an engine says of an image and of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """A local image. `size` in bytes, uncompressed; `digest` is the registry's, if it has one.

    In `environment`, values whose names look private are hidden.
    """

    id: str
    reference: str = ""
    digest: str = ""
    size: int = 0
    layers: int = 0
    architecture: str = ""
    os: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    stand_in: bool = False  # carries the lab's honest label: not the image its name says


@dataclass(frozen=True)
class EngineInfo:
    """The engine and the machine it runs on."""

    kind: str = ""  # docker | podman
    version: str = ""
    builder: str = ""  # such as "buildx 0.13.1" or "classic"
    named_contexts: bool = False  # the builder can replace a FROM without the text being edited
    host: str = ""  # the socket or address used
    kernel: str = ""
    os: str = ""
    architecture: str = ""
    cpus: int = 0
    memory: int = 0  # bytes
    runtimes: tuple[str, ...] = ()
    gpu_ways: tuple[str, ...] = ()  # how a GPU can be asked for: cdi, device-request, runtime
