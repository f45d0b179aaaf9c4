"""What is inside an image, told without running it.

An empty text, tuple or None means that nothing was found or that it could not be told; which of the
two, `complete` and `notes` say. Sizes in bytes. Paths are absolute, inside the image.
"""

from __future__ import annotations

from dataclasses import dataclass

INSPECTION_VERSION = 1


@dataclass(frozen=True)
class LayerSummary:
    """One layer, lowest first: `size` as stored (compressed), `unpacked` once read."""

    digest: str = ""
    size: int | None = None
    unpacked: int | None = None
    created_by: str = ""


@dataclass(frozen=True)
class OperatingSystem:
    """From os-release, and the days that its ordinary and its long-term support end, where known."""

    id: str = ""
    version: str = ""
    name: str = ""
    end: str = ""  # such as 2026-07-11
    long_end: str = ""


@dataclass(frozen=True)
class Libc:
    """The C library (``glibc`` or ``musl``), and the newest symbol versions that C++ code can rely on."""

    name: str = ""
    version: str = ""
    glibcxx: str = ""  # such as 3.4.33
    cxxabi: str = ""


@dataclass(frozen=True)
class Interpreter:
    """A Python. `version` is what the binary itself says, such as ``3.11.0rc1``."""

    path: str
    version: str


@dataclass(frozen=True)
class Package:
    """An installed package; for pip ones `missing` counts files that RECORD lists and the image lacks."""

    name: str
    version: str
    path: str = ""
    size: int = 0
    missing: int = 0


@dataclass(frozen=True)
class Conflict:
    """What an installed pip package asks for and does not get. `found` empty: not installed at all."""

    package: str
    requires: str
    found: str = ""


@dataclass(frozen=True)
class TensorFlowBuild:
    """An installed TensorFlow and what it was built for. `cuda_build` None: build_info not readable."""

    distribution: str
    version: str
    path: str
    cuda_build: bool | None = None
    cuda: str = ""
    cudnn: str = ""
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class CudaLibrary:
    """A CUDA, cuDNN or NCCL library. `reachable`: on the path where TensorFlow's loader looks.

    `reachable` is None where there is no TensorFlow.
    """

    family: str  # cudart, cudnn, cublas, …
    soname: str
    version: str
    path: str
    package: str = ""
    reachable: bool | None = None


@dataclass(frozen=True)
class CudaGap:
    """A library this TensorFlow opens to use a GPU and will not find, and what is there instead."""

    soname: str
    reason: str


@dataclass(frozen=True)
class MissingLibrary:
    """A library that nothing in the image provides. `needed_by` names at most five of `count` files."""

    name: str
    needed_by: tuple[str, ...]
    count: int
    from_host: bool = False  # part of the NVIDIA driver: comes with the host's container toolkit


@dataclass(frozen=True)
class SymbolNeed:
    """The newest symbol version that packages' shared objects ask for, against what is provided."""

    family: str  # GLIBC, GLIBCXX, CXXABI
    needed: str
    needed_by: str
    provided: str = ""
    satisfied: bool | None = None


@dataclass(frozen=True)
class Mismatch:
    """Where what an image says of itself and what it holds differ."""

    label: str
    content: str
    why: str


@dataclass(frozen=True)
class Inspection:
    """Everything `inspect` tells of an image.

    `complete` False: only manifest and config were read, and everything that needs layers is empty.
    `digest` is the manifest's in its registry, `image_id` the config's.
    """

    schema: int = INSPECTION_VERSION
    reference: str = ""
    source: str = ""  # registry | engine | archive
    digest: str = ""
    image_id: str = ""
    platform: str = ""
    created: str = ""
    complete: bool = False
    environment: tuple[tuple[str, str], ...] = ()  # only what bears on TensorFlow
    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    layers: tuple[LayerSummary, ...] = ()
    os: OperatingSystem | None = None
    libc: Libc | None = None
    pythons: tuple[Interpreter, ...] = ()
    tensorflow: tuple[TensorFlowBuild, ...] = ()
    cuda_libraries: tuple[CudaLibrary, ...] = ()
    cuda_gaps: tuple[CudaGap, ...] = ()
    pip: tuple[Package, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    system: tuple[Package, ...] = ()  # dpkg's or apk's
    missing_libraries: tuple[MissingLibrary, ...] = ()
    symbols: tuple[SymbolNeed, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()  # by part, largest first
    mismatches: tuple[Mismatch, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be told, and why
