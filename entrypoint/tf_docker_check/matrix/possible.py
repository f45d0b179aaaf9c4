"""Which cells cannot exist, by the catalog: why, and what is nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.matrix.pythons import OLDEST_PROBED
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.prediction import Source
from tf_docker_check.model.template import fill, requirements
from tf_docker_check.requirements.requirement import Requirement, Target, release_for, tensorflow_requirements
from tf_docker_check.resources.images import (
    absent,
    official,
    official_rules,
    published,
    python_image,
    python_images,
)
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import Release, newest_final, newest_for, releases


@dataclass(frozen=True)
class Impossible:
    """Why a cell cannot exist and what is nearest, and the rows of the catalog that say so.

    `cause` is an id of the causes; it is empty where the image can be and only our checks cannot run.
    """

    reason: str
    cause: str = ""
    sources: tuple[Source, ...] = ()


def why_impossible(cell: Cell, line: Sequence[Strategy], architecture: str) -> Impossible | None:
    """What rules *cell* out, or None. *line*: its strategy and those it stands on.

    Only what the catalog knows for certain counts: an unknown release, tag or Python is possible.
    """
    return next(_reasons(cell, line, architecture), None)


def _reasons(cell: Cell, line: Sequence[Strategy], architecture: str) -> Iterator[Impossible]:
    base = known(fill(line[-1].image, cell))
    image, python = base.text, minor(cell.python) or base.python
    if base.is_official:
        yield from _no_image(base, architecture)
    if base.plain_slim and python_image(base.python) is None:
        newest = [row for row in python_images().values() if python_image(row.python)][-1]
        reason = f"there is no image {image}; the newest is python:{newest.tag}-slim"
        yield Impossible(reason, "tag-not-found", (source_of(f"python image {newest.tag}", newest),))
    if python and version(python) < version(OLDEST_PROBED):
        hint = "; its tag with -py3 has Python 3" if base.is_official else ""
        yield Impossible(f"Python {python} is too old for the checks, which need {OLDEST_PROBED}{hint}")
    target = Target(python, architecture)
    lines = (text for part in line for text in requirements(part, cell))
    installs = tensorflow_requirements(lines, target)
    if installs and base.musl:
        reason = f"no TensorFlow wheel is made for musl, the C library of {image}"
        yield Impossible(reason, "musl-base", (_row(newest_final()),))
    for install in installs:
        yield from _not_installable(install, target)


def _not_installable(install: Requirement, target: Target) -> Iterator[Impossible]:
    if not install.brings_release or install.specifier is None:
        return
    release = release_for(install, target)
    if install.pin and release:
        yield from _no_wheel(release, install, target.python, target.architecture)
    elif not install.pin:
        yield from _no_release(install, target)


def _no_release(install: Requirement, target: Target) -> Iterator[Impossible]:
    if target.python in python_images() and not _has_wheel(install, target):
        newest = newest_final()
        wheels = f"{newest.version} has them for {', '.join(newest.pythons_on(target.architecture))}"
        reason = f"no final TensorFlow{install.specifier} has a wheel for Python {target.python}; {wheels}"
        yield Impossible(reason, "no-wheel", (_row(newest),))


def _has_wheel(install: Requirement, target: Target) -> bool:
    return newest_for(target.python, target.architecture, asked=str(install.specifier)) is not None


def _row(release: Release) -> Source:
    return source_of(f"tensorflow {release.version}", release)


def _no_image(base: BaseImage, architecture: str) -> Iterator[Impossible]:
    if architecture != "x86_64":
        reason = f"tensorflow/tensorflow has images for linux/amd64 only, not {architecture}"
        rule = official_rules()["amd64-only"]
        yield Impossible(reason, "arch-mismatch", (source_of(f"official images: {rule.id}", rule),))
    release = base.promised_tensorflow
    if release and published(release) is False:
        near = [row.first for row in official() if version(row.first) < version(release)]
        reason = f"tensorflow/tensorflow never had an image of {release}; the nearest is {near[-1]}"
        row = source_of(f"no official image {release}", absent()[release])
        yield Impossible(reason, "tag-not-found", (row,))


def _no_wheel(release: Release, install: Requirement, python: str, architecture: str) -> Iterator[Impossible]:
    named = f"{install.name} {release.version}"
    if install.name not in release.packages:
        yield _no_package(release, install)
    wheel = release.wheels.get(architecture)
    if wheel is None or (architecture != "x86_64" and install.name != "tensorflow"):
        yield Impossible(f"{named} has no wheel for {architecture}", "no-wheel", (_row(release),))
    if not python:
        return
    pythons = release.pythons_on(architecture)
    if python not in pythons:
        yield _wrong_python(named, release, python, pythons)
    elif install.with_cuda and python not in release.pythons_on(architecture, with_cuda=True):
        yield _no_extra(release, python, architecture)


def _no_package(release: Release, install: Requirement) -> Impossible:
    having = [r for r in releases() if install.name in r.packages]
    if release.parsed > having[-1].parsed:
        reason = f"{install.name} ended with {having[-1].version}; install tensorflow instead"
        return Impossible(reason, "package-removed", (_row(having[-1]),))
    reason = f"there is no {install.name} {release.version}; install tensorflow"
    return Impossible(reason, "no-wheel", (_row(release),))


def _wrong_python(named: str, release: Release, python: str, pythons: Sequence[str]) -> Impossible:
    has = f"; it has them for {', '.join(pythons)}" if pythons else ""
    newest = newest_for(python)
    other = f"; Python {python} has TensorFlow up to {newest.version}" if newest else ""
    reason = f"{named} has no wheel for Python {python}{has}{other}"
    return Impossible(reason, "no-wheel", (_row(release),))


def _no_extra(release: Release, python: str, architecture: str) -> Impossible:
    extra = release.and_cuda
    pythons = release.pythons_on(architecture, with_cuda=True)
    good = [r for r in releases() if r.final and r.and_cuda and python in r.and_cuda.pythons]
    after = next((r for r in good if r.parsed > release.parsed), good[-1] if good else None)
    near = f"it can with Python {', '.join(pythons)}" if pythons else ""
    other = f"{after.version} can" if after else ""
    hint = " or ".join(text for text in (near, other) if text)
    why = f" ({extra.why_not})" if extra and extra.why_not else ""
    reason = f"tensorflow[and-cuda]=={release.version} cannot be installed on Python {python}{why}; {hint}"
    return Impossible(reason, "no-wheel", (_row(release),))
