"""Read the tags of images, a function for each family of which the catalog's row is not enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tf_docker_check.image.base import BaseImage, Cuda, points_at
from tf_docker_check.resources.cuda_images import cuda_images
from tf_docker_check.resources.distributions import Distribution, distributions, named
from tf_docker_check.resources.images import (
    floating_tags,
    frozen_tags,
    ngc_images,
    official,
    official_image,
    python_image,
)
from tf_docker_check.resources.rows import minor, version

_OFFICIAL = re.compile(r"(?P<release>[0-9]+\.[0-9]+\.[0-9]+(?:rc[0-9]+|\.post[0-9]+)?)(?:-.*)?")
_LATEST = re.compile(r"latest(?:-gpu)?(?:-jupyter)?")
_CANDIDATE = re.compile(r"(?:rc|[.]post)[0-9]+")
_NGC = re.compile(r"(?P<tag>[0-9]{2}\.[0-9]{2})(?:\.[0-9]+)?(?:-tf(?P<major>[12]))?(?:-.*)?")
_CUDA = re.compile(
    r"(?P<version>[0-9]+\.[0-9]+(?:\.[0-9]+)?)(?P<with>-cudnn(?P<cudnn>[0-9]*))?"
    r"-(?P<flavour>base|runtime|devel)-(?P<os>[a-z]+)(?P<release>[0-9][0-9.]*)"
)
_PYTHON = re.compile(
    r"(?P<version>[0-9]+(?:\.[0-9]+){0,2})?(?:(?:a|b|rc)[0-9]+|-rc)?(?P<variant>(?:^|-)(?:[a-z].*))?"
)
_SUFFIXES = re.compile(r"-(?:slim|minimal|micro|backports|base|[0-9]{8}(?:\.[0-9]+)*)(?=-|$)")
_NAMES = {"amazonlinux": "amzn", "rockylinux": "rocky", "ubi": "rhel"}


def read_tag(image: BaseImage) -> BaseImage:
    """*image* with what its tag says."""
    assert image.row is not None  # an image without a row has no family
    return _READERS.get(image.row.family, _other)(image)


def _other(image: BaseImage) -> BaseImage:
    """An image of another publisher, of which its row says what its name tells."""
    row, name = image.row, image.path_and_tag
    assert row is not None  # its reader is found by its row
    tensorflow, python = row.read("tensorflow", name), row.read("python", name)
    named_os = row.read("os", name) or row.os_by_python.get(python, "")
    return replace(
        image,
        tensorflow=tensorflow,
        python=python,
        distribution=distributions().get(named_os) or _of_os(named_os),
        own_cuda=row.read("cuda", name),
        floating=not tensorflow and not re.search(r"[0-9]", image.tag),
    )


def _ngc(image: BaseImage) -> BaseImage:
    match = _NGC.fullmatch(image.tag)
    if match is None:
        return image
    tag = version(match["tag"])
    row = next((row for row in ngc_images() if version(row.first) <= tag <= version(row.last)), None)
    if row is None:
        return image
    return replace(
        image,
        tensorflow="1.15" if match["major"] == "1" else row.tensorflow,
        python=row.python,
        distribution=_of_os(row.os),
        own_cuda=row.cuda,
        ngc=row,
    )


def _official(image: BaseImage) -> BaseImage:
    match, frozen = _OFFICIAL.fullmatch(image.tag), frozen_tags().get(image.tag)
    floating = _LATEST.fullmatch(image.tag) is not None
    newest = official()[-1].last if floating and not image.pinned else ""
    release = match["release"] if match else frozen.holds if frozen else newest
    row = official_image(_CANDIDATE.sub("", release)) if release else None
    system = _of_os(row.os) if row else None
    python = row.python if row else ""
    if python == "2.7" and "-py3" in image.tag:
        python = system.python if system else ""
    return replace(
        image,
        tensorflow=release,
        official=row,
        python=python,
        distribution=system,
        own_cuda=row.cuda if row and image.gpu else "",
        floating=floating,
        frozen=frozen is not None,
    )


def _cuda(image: BaseImage) -> BaseImage:
    match = _CUDA.fullmatch(image.tag)
    if match is None:
        return image
    system = f"{match['os']}{match['release']}"
    cudnn = "none" if match["with"] is None else match["cudnn"] or _cudnn(match["version"], system)
    cuda = Cuda(match["version"], cudnn, match["flavour"])
    return replace(image, cuda=cuda, distribution=_of_os(system))


def _cudnn(cuda: str, system: str) -> str:
    majors = {row.cudnn_major for row in cuda_images() if row.os == system and cuda in row.cuda}
    return str(majors.pop()) if len(majors) == 1 else ""


def _python(image: BaseImage) -> BaseImage:
    """``python:X``. A full version may stand on an older Debian, and so may what a digest names."""
    match = _PYTHON.fullmatch(image.tag)
    if match is None:
        return image
    version, variant = match["version"] or "", (match["variant"] or "").lstrip("-")
    floating = "." not in version and version != "2"
    if floating and (version not in ("", "3") or not (version or variant)):
        return image
    python = "" if floating and image.pinned else _newest_python() if floating else _minor(version)
    plain = variant in ("", "slim", "latest")
    system = distributions().get(variant.rpartition("-")[2])
    if variant.startswith("alpine"):
        system = named("alpine", variant.removeprefix("alpine"))
    elif plain and version.count(".") < 2 and not image.pinned and (row := python_image(python)):
        system = distributions().get(row.debian)
    return replace(image, python=python, distribution=system, floating=floating)


def _minor(version: str) -> str:
    return "2.7" if version == "2" else minor(version)


def _newest_python() -> str:
    return minor(floating_tags()["python:latest"].points_at)


def _distribution(image: BaseImage) -> BaseImage:
    row, tag = image.row, image.tag
    assert row is not None  # its reader is found by its row
    moved = points_at(image)
    release = row.release or (moved.points_at if moved else _SUFFIXES.sub("", tag))
    if moved and image.pinned and not row.release:
        return replace(image, floating=True)
    distribution = named(row.distribution, release)
    codename = distributions().get(release)
    if distribution is None and codename and codename.id == row.distribution:
        distribution = codename
    return replace(image, distribution=distribution, floating=moved is not None)


def _of_os(text: str) -> Distribution | None:
    """``ubuntu22.04`` as a distribution."""
    match = re.fullmatch(r"([a-z]+)-?([0-9][0-9.]*)", text)
    return named(_NAMES.get(match[1], match[1]), match[2]) if match else None


_READERS: Mapping[str, Callable[[BaseImage], BaseImage]] = {
    "official": _official,
    "cuda": _cuda,
    "python": _python,
    "distribution": _distribution,
    "ngc": _ngc,
}
"""Reads the tags of a family; of others the catalog's row says what to read (`_other`)."""
