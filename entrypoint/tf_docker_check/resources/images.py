"""Published images: which tags exist, and what is inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending, minor, version

FILE = "catalog/images.json"


@dataclass(frozen=True, kw_only=True)
class OfficialImage(Row):
    """``tensorflow/tensorflow`` of the releases `first` to `last`; CUDA and cuDNN are those of ``-gpu``.

    `gpu_works`: whether its own TensorFlow registers a GPU where all else is right; None: not known.
    """

    first: str
    last: str
    os: str
    python: str
    cuda: str
    cudnn: str
    gpu_works: bool | None
    why: str = ""

    def holds(self, tensorflow: str) -> bool:
        """Whether this row is about that release."""
        return version(self.first) <= version(tensorflow) <= version(self.last)


@dataclass(frozen=True, kw_only=True)
class AbsentImage(Row):
    """A release that never got an image."""

    version: str


@dataclass(frozen=True, kw_only=True)
class PythonImage(Row):
    """``python:TAG-slim``. `last_build` is set where the tag gets no more builds."""

    python: str
    tag: str
    debian: str
    last_build: str = ""


@dataclass(frozen=True, kw_only=True)
class FloatingTag(Row):
    """What a tag without a full version pointed at on the catalog's date."""

    image: str
    points_at: str


@cache
def official() -> tuple[OfficialImage, ...]:
    """What is in the official images, oldest first; the ranges do not overlap."""
    rows = table(FILE, "official", OfficialImage)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "official images overlap or are out of order")
    return rows


@cache
def _absent() -> Mapping[str, AbsentImage]:
    return {row.version: row for row in table(FILE, "official_absent", AbsentImage)}


def official_image(tensorflow: str) -> OfficialImage | None:
    """What is known of the image of that release."""
    return next((row for row in official() if row.holds(tensorflow)), None)


def published(tensorflow: str) -> bool | None:
    """Whether ``tensorflow/tensorflow`` has a tag for that release; None: not known."""
    if tensorflow in _absent():
        return False
    return True if any(row.first == tensorflow for row in official()) else None


@cache
def python_images() -> Mapping[str, PythonImage]:
    """``python:*-slim`` by Python minor, oldest first."""
    rows = table(FILE, "python", PythonImage)
    prove(ascending(row.python for row in rows), FILE, "Python images are out of order")
    return {row.python: row for row in rows}


def python_image(python: str) -> PythonImage | None:
    """The slim image of that Python, where it has that tag; patch versions count as their minor."""
    row = python_images().get(minor(python))
    return row if row is not None and row.tag == minor(row.python) else None


@cache
def floating_tags() -> Mapping[str, FloatingTag]:
    """By image reference, such as ``python:3-slim``."""
    return {row.image: row for row in table(FILE, "floating", FloatingTag)}
