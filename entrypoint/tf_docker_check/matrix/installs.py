"""Which TensorFlow an image reference names."""

from __future__ import annotations

import re
from functools import cache

from tf_docker_check.resources.images import floating_tags
from tf_docker_check.resources.rows import minor

_OFFICIAL = re.compile(r"(?:^|/)tensorflow/tensorflow:(?P<tag>[\w.-]+)$")
_RELEASE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}(?![0-9])(?:rc[0-9]{1,4}|\.post[0-9]{1,4})?")
_PYTHON = re.compile(r"(?:^|/)python:(?P<version>[0-9]{1,4}\.[0-9]{1,4})(?P<rest>[\w.-]*)$")


@cache
def official_version(image: str) -> str:
    """The release that an official image's tag names (``2.17.0`` of ``…:2.17.0-gpu``), else empty."""
    match = _OFFICIAL.search(image)
    numbers = _RELEASE.match(match["tag"]) if match else None
    return numbers[0] if numbers else ""


def is_official(image: str) -> bool:
    """Whether *image* is of ``tensorflow/tensorflow``, by whatever registry."""
    return _OFFICIAL.search(image) is not None


@cache
def python_of(image: str) -> str:
    """The Python minor that a ``python:`` image holds, by its tag; empty where it does not tell."""
    name = image.rpartition("library/")[2]
    if name in floating_tags():
        return minor(floating_tags()[name].points_at) if name.startswith("python:") else ""
    match = _PYTHON.search(image)
    return match["version"] if match else ""


def is_slim_python(image: str) -> bool:
    """Whether *image* is a plain ``python:X-slim`` tag, of which the catalog knows all."""
    match = _PYTHON.search(image)
    return match is not None and re.fullmatch(r"(\.[0-9]+)?-slim", match["rest"]) is not None


def is_musl(image: str) -> bool:
    """Whether *image* is Alpine by its name."""
    return "alpine" in image.rpartition("/")[2]
