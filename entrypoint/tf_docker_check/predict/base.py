"""What the reference of a base image tells of what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tf_docker_check.matrix.cuda_tag import cuda_tag
from tf_docker_check.matrix.installs import is_official, official_version, python_of
from tf_docker_check.resources.distributions import Distribution, distributions, named
from tf_docker_check.resources.images import floating_tags, official_image, python_image
from tf_docker_check.resources.rows import minor
from tf_docker_check.resources.tensorflow import newest_final

_REFERENCE = re.compile(r"(?P<name>[^/:@]+)(?::(?P<tag>[\w.-]+))?(?:@sha256:[0-9a-f]+)?$")
_PATCH = re.compile(r"(?:^|/)python:[0-9]+\.[0-9]+\.[0-9]+")
_NAMES = {"amazonlinux": "amzn", "rockylinux": "rocky"}
_VARIANT = re.compile(r"-(?:slim|minimal|backports|base)$")
CUDNN_WITHOUT_NUMBER = "9"
"""What ``-cudnn-`` means: nvidia/cuda tags name the major of cuDNN 8 and leave out that of 9."""


@dataclass(frozen=True)
class CudaBase:
    """An ``nvidia/cuda`` image. `cudnn`: its major; empty where it has none."""

    cuda: str
    cudnn: str
    flavour: str  # base (little but the driver's compatibility package), runtime or devel


def official_release(image: str) -> str:
    """The release in an official image by its tag, ``latest`` included; empty where that does not tell."""
    named = official_version(image)
    if not named and is_official(image) and image.rpartition(":")[2].startswith("latest"):
        return newest_final().version
    return named


@cache
def cuda_base(image: str) -> CudaBase | None:
    """What an ``nvidia/cuda`` tag says; None for other images."""
    tag = cuda_tag(image)
    if tag is None:
        return None
    cudnn = tag.cudnn or CUDNN_WITHOUT_NUMBER if tag.cudnn is not None else ""
    return CudaBase(minor(tag.cuda), cudnn, tag.flavour)


def is_distribution(image: str) -> bool:
    """Whether it is a plain distribution, or nvidia/cuda on one: as published, there is no pip in it."""
    return not is_official(image) and not python_of(image) and distribution_of(image) is not None


@cache
def distribution_of(image: str) -> Distribution | None:
    """The distribution in *image*, as far as its reference tells.

    Which Debian a tag with a full Python version (``python:3.9.1-slim``) stands on, it does not tell.
    """
    if is_official(image):
        row = official_image(official_release(image)) if official_release(image) else None
        return distributions().get(re.sub(r"(?<=[a-z])(?=[0-9])", ":", row.os, count=1)) if row else None
    if tag := cuda_tag(image):
        return _of_tag(tag.os, tag.release)
    match = _REFERENCE.search(image)
    if match is None:
        return None
    named_tag = match["tag"] or "latest"
    return _of_python(image, named_tag) if match["name"] == "python" else _of_tag(match["name"], named_tag)


def _of_python(image: str, tag: str) -> Distribution | None:
    if (codename := tag.rpartition("-")[2]) in distributions():
        return distributions()[codename]
    slim = python_image(python_of(image)) if python_of(image) and "alpine" not in tag else None
    return distributions().get(slim.debian) if slim and not _PATCH.search(image) else None


def _of_tag(name: str, tag: str) -> Distribution | None:
    """The row of ``debian:12.5-slim``, ``ubuntu:noble``, ``alpine:3.22.1``, ``almalinux:9.4-minimal``."""
    floating = floating_tags().get(f"{name}:{tag}")
    numbers = _VARIANT.sub("", floating.points_at if floating else tag)
    family = _NAMES.get(name, name)
    if row := named(family, numbers):
        return row
    row = distributions().get(_VARIANT.sub("", tag))
    return row if row and row.id == family else None
