"""Which files of an image are worth reading, and how."""

from __future__ import annotations

import re
from enum import Enum

MAX_TEXT = 32 * 1024 * 1024  # RECORD of TensorFlow has 2 MB, dpkg's status of a full desktop 5 MB
MAX_SCANNED = 64 * 1024 * 1024  # a Python with everything in one program has 30 MB


class How(Enum):
    """How much of a file is kept."""

    TEXT = "text"
    ELF = "elf"
    SCANNED = "scanned"  # ELF, and the version texts in it


_SITE = r".*/(?:site|dist)-packages/"
_SO = r"[^/]*\.so(?:\.[0-9.]+)?"
_TEXT = re.compile(
    r"etc/os-release|usr/lib/os-release"
    r"|etc/ld\.so\.conf|etc/ld\.so\.conf\.d/[^/]+\.conf"
    r"|var/lib/dpkg/status|var/lib/dpkg/status\.d/[^/]+|var/lib/dpkg/info/[^/]+\.list"
    r"|(?:usr/)?lib/apk/db/installed"
    rf"|{_SITE}[^/]+\.dist-info/(?:METADATA|RECORD)|{_SITE}[^/]+\.egg-info(?:/PKG-INFO)?"
    rf"|{_SITE}tensorflow/python/platform/build_info\.py"
)
_SCANNED = re.compile(
    r".*/bin/python[23]\.[0-9]+|bin/python[23]\.[0-9]+|.*/libpython[23]\.[0-9]+m?\.so\.1\.0"
    r"|(?:usr/)?lib(?:64|32)?/(?:[^/]+-linux-gnu[^/]*/)?(?:libc\.so\.6|libc-2\.[0-9]+\.so)"
    r"|lib/ld-musl-[^/]+\.so\.1"
)
CUDA = re.compile(
    r"lib(?P<family>cudart|cublas|cublasLt|cufft|cufftw|curand|cusolver|cusolverMg|cusparse|cudnn|nccl"
    r"|nvJitLink|nvrtc|cupti|nvinfer|cutensor|nvshmem_host|cuda|nvidia-ml)\.so(?P<version>(?:\.[0-9]+)*)"
)
_ELF = re.compile(rf"{_SITE}(?:.*/)?{_SO}|.*/libstdc\+\+\.so\.6(?:\.0\.[0-9]+)?|.*/libgcc_s\.so\.1")


def how_to_read(path: str) -> How | None:
    """Return how to read the file at *path* (no leading slash); None if only its name and size matter."""
    if ".so" in path:
        if _SCANNED.fullmatch(path):
            return How.SCANNED
        name = path.rpartition("/")[2]
        return How.ELF if CUDA.fullmatch(name) or _ELF.fullmatch(path) else _text(path)
    if _text(path):
        return How.TEXT
    return How.SCANNED if _SCANNED.fullmatch(path) else None


def _text(path: str) -> How | None:
    return How.TEXT if _TEXT.fullmatch(path) else None
