"""From an image that was looked into to what the rules take: what it holds outranks what its name says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from tf_docker_check.image.base_image import BaseImage, Cuda
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.defaults import MACHINES
from tf_docker_check.model.inspection import Inspection, OperatingSystem, TensorFlowBuild
from tf_docker_check.resources.distributions import Distribution, named
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.resources.tensorflow import Fresh, Release, by_version
from tf_docker_check.rules.subject import CudaFrom, Subject

_CAPABILITY = re.compile(r"(sm|compute)_([0-9]{2,3})[af]?")
MOST_CHARACTERS = 60
"""Of a version."""

_PYTHON = re.compile(r"/python([0-9]+\.[0-9]+)/")
_OF_WHEELS = re.compile(r"/(?:site|dist)-packages/nvidia/")


@dataclass(frozen=True)
class Shown:
    """What a table of predictions says of an image that was looked into; the names are a cell's."""

    image_id: str
    tensorflow: str
    python: str
    strategy: str = ""


def shown(image: Inspection) -> Shown:
    """*image* as a row of a table."""
    build = first_build(image)
    return Shown(image.reference, build.version if build else "", python_of(image))


def made_for_gpu(image: Inspection) -> bool:
    """Whether it is made for a GPU: it holds CUDA libraries, or its tag or its environment says so."""
    reference = Reference.try_parse(image.reference)
    tag = reference.tag if reference else ""
    asks = {"NVIDIA_REQUIRE_CUDA", "NVIDIA_VISIBLE_DEVICES"} & dict(image.environment).keys()
    return bool(image.cuda_libraries or asks) or "gpu" in tag.split("-")


def subject_of_image(image: Inspection, gpu: Gpu) -> Subject:
    """*image* as the rules take it, held to *gpu*. What it does not tell is filled in from the catalog."""
    build = first_build(image)
    cuda = _cuda(image)
    machine = image.platform.split("/")[1] if "/" in image.platform else ""
    return Subject(
        BaseImage(
            image.reference,
            distribution=_distribution(image),
            cuda=Cuda(cuda, "", "runtime") if cuda else None,
        ),
        architecture=MACHINES.get(machine, machine),
        package=canonicalize_name(build.distribution) if build else "tensorflow",
        release=_release(image, build) if build else None,
        python=python_of(image),
        cuda_from=_cuda_from(image),
        gpu=gpu,
        installed=_installed(image),
        inside=image,
    )


def first_build(image: Inspection) -> TensorFlowBuild | None:
    """The TensorFlow that counts, where there is one."""
    return image.tensorflow[0] if image.tensorflow else None


def python_of(image: Inspection) -> str:
    """The minor of the Python that its TensorFlow is for, else of the first one on its PATH."""
    build = first_build(image)
    match = _PYTHON.search(f"{build.path}/") if build else None
    return match[1] if match else minor(image.pythons[0].version) if image.pythons else ""


def _release(image: Inspection, build: TensorFlowBuild) -> Release | None:
    """The catalog's row with what was found over it; one of our own for a build it does not have."""
    row = by_version().get(build.version) or _unlisted(build)
    if row is None or build.cuda_build is None:
        return row
    capabilities = [match.groups() for match in map(_CAPABILITY.fullmatch, build.capabilities) if match]
    return replace(
        row,
        cuda_build=build.cuda_build,
        cuda=minor(_version(build.cuda)) or row.cuda,
        sass=tuple(sorted(int(number) for _, number in capabilities)) or row.sass,
        ptx=max((int(number) for kind, number in capabilities if kind == "compute"), default=row.ptx),
        source=_found_in(image, row.source),
    )


def _unlisted(build: TensorFlowBuild) -> Release | None:
    """A release that the catalog lacks, such as a nightly; None where that is no version."""
    if not _version(build.version):
        return None
    cuda, cudnn = _version(build.cuda), _version(build.cudnn)
    return Release(
        source="the image", verified=True, version=build.version, date="", pythons=(), wheels={}, packages=(),
        yanked=False, cuda_build=bool(build.cuda_build), cuda=minor(cuda), cudnn=cudnn,
        cuda_major=version(cuda or "0").major, cudnn_major=version(cudnn or "0").major,
        sass=(), ptx=0, symbols={}, requires=(), fresh=Fresh("", imports=True, verified=False, versions={}),
    )  # fmt: skip


def _distribution(image: Inspection) -> Distribution | None:
    """The catalog's row with the libraries that were found; None where even the C library is not known."""
    system, libc = image.os or OperatingSystem(), image.libc
    row = named(system.id, system.version)
    if libc is None:
        return row
    row = row or Distribution(
        source="the image", verified=True, id=system.id or "this system", version=system.version, codename="",
        also=(), libc="", glibc="", glibcxx="", cxxabi="", python="", pip="", end="", long_end="",
        externally_managed=False, cpu_level="",
    )  # fmt: skip
    return replace(
        row,
        libc=libc.name,
        glibc=_version(libc.version) if libc.name == "glibc" else "",
        glibcxx=_version(libc.glibcxx) or row.glibcxx,
        cxxabi=_version(libc.cxxabi) or row.cxxabi,
        source=_found_in(image, row.source),
        verified=row.verified or not row.cpu_level,
    )


def _found_in(image: Inspection, source: str) -> str:
    return seen_in(image) + (f"; the rest: {source}" if source else "")


def seen_in(image: Inspection) -> str:
    """The source of what was found in *image*."""
    pinned = (image.digest or image.image_id)[:19]  # enough to tell images apart
    return f"found in {image.reference}" + (f" ({pinned})" if pinned else "")


def _cuda(image: Inspection) -> str:
    """The CUDA minor of its runtime library, if it has one."""
    runtimes = [one for one in image.cuda_libraries if one.family == "cudart"]
    runtimes.sort(key=lambda one: one.reachable is not True)
    runtime = _version(runtimes[0].version) if runtimes else ""
    return minor(runtime) if "." in runtime else ""


def _cuda_from(image: Inspection) -> CudaFrom:
    if not image.cuda_libraries:
        return CudaFrom.NOWHERE
    of_wheels = any(_OF_WHEELS.search(one.path) for one in image.cuda_libraries)
    return CudaFrom.EXTRA if of_wheels else CudaFrom.BASE


def _installed(image: Inspection) -> Mapping[str, str]:
    """Versions of the pip packages in TensorFlow's environment, those that do not compare left out."""
    build = first_build(image)
    near = [one for one in image.pip if build and _environment(one.path) == _environment(build.path)]
    return {canonicalize_name(one.name): one.version for one in near if _version(one.version)}


def _version(text: str) -> str:
    """*text* where it is a version that compares; an image can say anything."""
    try:
        return text if len(text) <= MOST_CHARACTERS and version(text) else ""
    except InvalidVersion:
        return ""


def _environment(path: str) -> str:
    """What two package folders of one Python have in common: Debian's Python reads both of its own."""
    return "system" if path.endswith("/dist-packages") else path
