"""NVIDIA's images with CUDA: which tags there are, what fits which TensorFlow, which drivers they admit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.images import FILE
from tf_docker_check.resources.rows import Row, ascending


@dataclass(frozen=True, kw_only=True, eq=False)
class StartGate(Row):
    """NVIDIA_REQUIRE_CUDA of images with CUDA `image_cuda`, where the toolkit evaluates it.

    Admits a driver that knows CUDA `driver_cuda`, and those of `branches` on data-centre GPUs.
    """

    image_cuda: str
    driver_cuda: str
    branches: tuple[int, ...]
    only_datacentre: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class CudaImage(Row):
    """``nvidia/cuda`` tags with cuDNN of a major: the CUDA versions there are for an OS."""

    os: str
    cudnn_major: int
    cuda: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class CudaImageFor(Row):
    """Tags of ``nvidia/cuda`` that hold what TensorFlow of the minors `first` to `last` opens."""

    first: str
    last: str
    cuda: str
    cudnn: str
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class WithdrawnCuda(Row):
    """CUDA `first` to `last`, of which ``nvidia/cuda`` has no images any more."""

    first: str
    last: str
    says: str


@cache
def start_gates() -> Mapping[str, StartGate]:
    """By the CUDA minor of the image."""
    return {row.image_cuda: row for row in table(FILE, "start_gates", StartGate)}


@cache
def cuda_images() -> tuple[CudaImage, ...]:
    """Tags of ``nvidia/cuda`` with cuDNN and the compiler."""
    rows = table(FILE, "nvidia_cuda", CudaImage)
    for row in rows:
        prove(ascending(row.cuda), FILE, f"CUDA versions for {row.os} are out of order")
    return rows


@cache
def cuda_images_for() -> tuple[CudaImageFor, ...]:
    """The ``nvidia/cuda`` flavours that fit TensorFlow's minors; no minor is in two rows."""
    rows = table(FILE, "nvidia_cuda_for_tensorflow", CudaImageFor)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "nvidia/cuda flavours overlap")
    return rows


@cache
def withdrawn_cuda() -> tuple[WithdrawnCuda, ...]:
    """CUDA versions that ``nvidia/cuda`` had images of, oldest first."""
    rows = table(FILE, "withdrawn_cuda", WithdrawnCuda)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "withdrawn CUDA versions overlap")
    return rows
