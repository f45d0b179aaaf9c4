"""Published images: which tags exist, and what is inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending, minor, version

FILE = "catalog/images.json"
READ = frozenset({"tensorflow", "python", "cuda", "os"})
"""What a pattern of a family may find."""


@dataclass(frozen=True, kw_only=True, eq=False)
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


@dataclass(frozen=True, kw_only=True, eq=False)
class AbsentImage(Row):
    """A release that never got an image."""

    version: str


@dataclass(frozen=True, kw_only=True, eq=False)
class PythonImage(Row):
    """``python:TAG-slim``. `last_build` is set where the tag gets no more builds."""

    python: str
    tag: str
    debian: str
    last_build: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class FloatingTag(Row):
    """What a tag without a full version pointed at on the catalog's date."""

    image: str
    points_at: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageFamily(Row):
    """Repositories whose images are alike, by their names on Docker Hub, or elsewhere at their end.

    A repository may end in ``*``. `tensorflow`: they hold one; `pip`: they hold one of their own; `server`:
    they hold TensorFlow's C++ server and no Python. `gpu`: whether they are made for NVIDIA GPUs: ``always``,
    where the ``tag`` says so, or ``never``. `distribution` is what they are, where no more; `release` is its
    own where the repository tells and not the tag. `reads`: patterns that find ``tensorflow``, ``python``,
    ``cuda`` and ``os`` in REPOSITORY:TAG, their groups joined by dots; `os_by_python`: where no tag says it.
    """

    family: str
    repositories: tuple[str, ...]
    tensorflow: bool = False
    pip: bool = False
    server: bool = False
    gpu: str = "never"
    distribution: str = ""
    release: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)
    os_by_python: Mapping[str, str] = field(default_factory=dict)

    def read(self, what: str, name: str) -> str:
        """What the pattern of *what* finds in *name*; empty where it finds nothing."""
        match = re.search(self.reads[what], name) if what in self.reads else None
        return ".".join(filter(None, match.groups())) if match else ""


@cache
def families() -> Mapping[str, ImageFamily]:
    """By repository."""
    rows = table(FILE, "families", ImageFamily)
    names = [name for row in rows for name in row.repositories]
    prove(len(names) == len(set(names)), FILE, "a repository is of two families")
    for row in rows:
        prove(row.gpu in {"always", "tag", "never"}, FILE, f"{row.family}: gpu {row.gpu}")
        prove(row.reads.keys() <= READ, FILE, f"{row.family}: reads {', '.join(row.reads)}")
    return {name: row for row in rows for name in row.repositories}


@cache
def official() -> tuple[OfficialImage, ...]:
    """What is in the official images, oldest first; the ranges do not overlap."""
    rows = table(FILE, "official", OfficialImage)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "official images overlap or are out of order")
    return rows


@cache
def absent() -> Mapping[str, AbsentImage]:
    """Releases without an official image, by version."""
    rows = table(FILE, "official_absent", AbsentImage)
    prove(ascending(row.version for row in rows), FILE, "releases without an image are out of order")
    firsts = {row.first for row in official()}
    prove(not firsts & {row.version for row in rows}, FILE, "a release both has an image and has none")
    return {row.version: row for row in rows}


def official_image(tensorflow: str) -> OfficialImage | None:
    """What is known of the image of that release."""
    return next((row for row in official() if row.holds(tensorflow)), None)


def published(tensorflow: str) -> bool | None:
    """Whether ``tensorflow/tensorflow`` has a tag for that release; None: not known."""
    if tensorflow in absent():
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule(Row):
    """A fact about many images."""

    id: str
    fact: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Footprint(Row):
    """The disk that an image takes while it is pulled or built, in powers of 1000: from least to most."""

    id: str
    least_gb: int
    most_gb: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainTag(Row):
    """From the day `since` on, tags without a Debian suffix stood on `debian`."""

    since: str
    debian: str


@dataclass(frozen=True, kw_only=True, eq=False)
class NgcImage(Row):
    """NVIDIA's own TensorFlow images `first` to `last`; `driver`: of their CUDA. Empty where unknown."""

    first: str
    last: str
    tensorflow: str
    cuda: str
    os: str
    python: str
    driver: str


@dataclass(frozen=True, kw_only=True, eq=False)
class FrozenTag(Row):
    """A tag of ``tensorflow/tensorflow`` without a version that no longer moves; `holds`: empty if unknown."""

    image: str
    holds: str


@cache
def official_rules() -> Mapping[str, Rule]:
    """What is true of many official images at once, by id."""
    return {row.id: row for row in table(FILE, "official_rules", Rule)}


@cache
def footprints() -> Mapping[str, Footprint]:
    """By kind of image: ``official-gpu``, ``and-cuda``, ``cpu``."""
    rows = table(FILE, "footprints", Footprint)
    prove(all(0 < row.least_gb < row.most_gb for row in rows), FILE, "a footprint is no range")
    return {row.id: row for row in rows}


@cache
def debian_behind_plain_tag() -> tuple[PlainTag, ...]:
    """Which Debian ``python:X-slim`` without a suffix stood on, oldest change first."""
    rows = table(FILE, "debian_behind_plain_tag", PlainTag)
    days = [row.since for row in rows]
    prove(days == sorted(days), FILE, "changes of Debian are out of order")
    return rows


@cache
def ngc_images() -> tuple[NgcImage, ...]:
    """``nvcr.io/nvidia/tensorflow``, oldest first; the ranges do not overlap."""
    rows = table(FILE, "ngc", NgcImage)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "NGC images overlap or are out of order")
    return rows


@cache
def frozen_tags() -> Mapping[str, FrozenTag]:
    """By tag of ``tensorflow/tensorflow``."""
    return {row.image: row for row in table(FILE, "frozen", FrozenTag)}
