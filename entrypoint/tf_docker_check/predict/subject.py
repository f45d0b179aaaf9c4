"""What is known of a cell's image before it is built."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from tf_docker_check.matrix.installs import is_official, official_version, python_of, tensorflow_installs
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy
from tf_docker_check.model.template import fill, requirements
from tf_docker_check.resources.distributions import Distribution, distributions
from tf_docker_check.resources.images import OfficialImage, official_image, python_image
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.resources.tensorflow import Release, breaks, by_version, newest_for

_SUFFIX = re.compile(r"-(?P<codename>jessie|stretch|buster|bullseye|bookworm|trixie|forky)$")


class CudaFrom(Enum):
    """Where TensorFlow's CUDA libraries come from."""

    EXTRA = "the [and-cuda] extra"
    IMAGE = "the official GPU image"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Subject:
    """An image, as far as it is known; empty and None: not known.

    `installed`: versions pip is expected to choose, less those the strategy has a say in;
    `asked`: what the strategy itself says about versions, by distribution.
    """

    image: str
    architecture: str = "x86_64"
    package: str = "tensorflow"
    release: Release | None = None
    python: str = ""
    distribution: Distribution | None = None
    official: OfficialImage | None = None
    cuda_from: CudaFrom = CudaFrom.UNKNOWN
    gpu: Gpu = Gpu.OFF
    installed: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, SpecifierSet] = field(default_factory=dict)


def subject_of(cell: Cell, line: Sequence[Strategy], architecture: str, gpu: Gpu) -> Subject:
    """The image of *cell*. *line*: its strategy and those it stands on; *gpu*: what the cell promises."""
    image = fill(line[-1].image, cell)
    wanted = [requirement for part in line for requirement in requirements(part, cell)]
    installs = tensorflow_installs(wanted)
    official = official_image(official_version(image)) if is_official(image) else None
    python = minor(cell.python) or python_of(image) or (official.python if official else "")
    package = installs[0].package if installs else "tensorflow"
    release = _release(cell, image, python, architecture, [install.pin for install in installs])
    asked = _asked(wanted)
    return Subject(
        image=image,
        architecture=architecture,
        package=package,
        release=release,
        python=python,
        distribution=_distribution(image, official),
        official=official,
        cuda_from=_cuda_from(line, image, release, with_cuda=any(install.with_cuda for install in installs)),
        gpu=gpu,
        installed=_expected(release, python, image, asked) if release and installs else {},
        asked=asked,
    )


def _release(cell: Cell, image: str, python: str, architecture: str, pins: Sequence[str]) -> Release | None:
    """The release in the image. An install without a pin takes the newest that has a wheel."""
    if pins and not any(pins):
        return newest_for(python, architecture) if python and cell.tensorflow != "nightly" else None
    named = next(filter(None, pins), "") or official_version(image) or cell.tensorflow
    return by_version().get(named)


def _distribution(image: str, official: OfficialImage | None) -> Distribution | None:
    if official:
        name, numbers = re.match(r"([a-z]+)([\d.]+)", official.os).groups()  # type: ignore[union-attr]
        return distributions().get(f"{name}:{numbers}")
    if suffix := _SUFFIX.search(image):
        return distributions().get(suffix["codename"])
    python = python_of(image)
    slim = python_image(python) if python else None
    return distributions().get(slim.debian if slim else image.rpartition("library/")[2])


def _cuda_from(line: Sequence[Strategy], image: str, release: Release | None, *, with_cuda: bool) -> CudaFrom:
    if release and with_cuda and release.and_cuda:
        return CudaFrom.EXTRA
    if is_official(image) and not with_cuda:
        return CudaFrom.IMAGE if "-gpu" in image else CudaFrom.NOWHERE
    known = python_of(image) and not any(part.dockerfile for part in line)
    return CudaFrom.NOWHERE if known else CudaFrom.UNKNOWN


def _asked(wanted: Sequence[str]) -> dict[str, SpecifierSet]:
    """What requirement lines say about versions, by distribution."""
    asked: dict[str, SpecifierSet] = {}
    for line in wanted:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        name = requirement.name.lower().replace("_", "-")
        asked[name] = asked.get(name, SpecifierSet()) & requirement.specifier
    return asked


def _expected(release: Release, python: str, image: str, asked: Mapping[str, SpecifierSet]) -> dict[str, str]:
    """Versions that pip will choose for *release*, where nothing says otherwise.

    The catalog holds them for the newest Python of the release: what an older Python cannot have is
    left out, and so is setuptools where a ``python:`` image brings its own (up to 3.11).
    """
    expected = dict(release.fresh.versions)
    for name, specifier in asked.items():
        if name in expected and not specifier.contains(expected[name], prereleases=True):
            del expected[name]
    for known in breaks():
        if python and version(python) < version(known.python):
            expected.pop(known.package, None)
    if python and python_of(image) and version(python) < version("3.12"):
        expected.pop("setuptools", None)
    return expected
