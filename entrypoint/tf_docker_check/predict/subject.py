"""What is known of a cell's image before it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from packaging.specifiers import SpecifierSet

from tf_docker_check.image.base_image import BaseImage
from tf_docker_check.matrix.possible import subject_of_cell
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.template import requirements
from tf_docker_check.requirements.requirement import (
    Requirement,
    Target,
    parse_requirement,
    release_for,
)
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import Release, breaks, newest_for, release_named
from tf_docker_check.rules.dependencies import release_beside
from tf_docker_check.rules.subject import CudaFrom, Pip, Subject


def subject_of(cell: Cell, line: Sequence[Strategy], architecture: str, pip: Pip = Pip.OWN) -> Subject:
    """The image of *cell*. *line*: its strategy and those it stands on.

    *pip*: what a Dockerfile of the user's installs with; our recipes bring none to a plain distribution.
    """
    subject = subject_of_cell(cell, line, architecture)
    base, distribution, python = subject.base, subject.distribution, subject.python
    if base.without_pip and any(part.install and not part.dockerfile for part in line):
        pip = Pip.ABSENT
    if pip is Pip.SYSTEM and not python and distribution:
        python = distribution.python
    target = Target(python, architecture)
    wanted = _wanted((text for part in line for text in requirements(part, cell)), target)
    installs = tuple(requirement for requirement in wanted if requirement.brings_tensorflow)
    glibc = distribution.glibc if distribution else ""
    requests = _requests(wanted)
    release = _release(base.tensorflow or cell.tensorflow, target, glibc, installs, requests)
    return replace(
        subject,
        python=python,
        installs=installs,
        package=installs[0].name if installs else "tensorflow",
        release=release,
        pip=pip if base.without_pip else Pip.OWN,
        cuda_from=_cuda_from(line, base, release, installs),
        installed=_expected(release, python, base, requests) if release and installs else {},
        requests=requests,
        written=dockerfile_of(line),
    )


def dockerfile_of(line: Sequence[Strategy]) -> str:
    """The path of the user's Dockerfile in it; empty where there is none."""
    return next((part.dockerfile.path for part in line if part.dockerfile), "")


def _wanted(lines: Iterable[str], target: Target) -> list[Requirement]:
    """The requirements among *lines* that hold for *target*."""
    return [one for one in filter(None, map(parse_requirement, lines)) if one.applies_to(target)]


def _release(
    named: str,
    target: Target,
    glibc: str,
    installs: Sequence[Requirement],
    requests: Mapping[str, SpecifierSet],
) -> Release | None:
    """The release in the image: installed, else *named* by tag or cell.

    An install without a pin takes the newest that has a wheel and admits the *requests*.
    """
    install = next((one for one in installs if one.pin), installs[0] if installs else None)
    if install is None:
        return release_named(named)
    if install.pin:
        return release_for(install, target)
    if not target.python or not install.brings_release or install.specifier is None:
        return None

    def find(admitted: SpecifierSet) -> Release | None:
        return newest_for(target.python, target.architecture, glibc or "99", str(admitted))

    return release_beside(find, install.specifier, target, requests)


def _cuda_from(
    line: Sequence[Strategy], base: BaseImage, release: Release | None, installs: Sequence[Requirement]
) -> CudaFrom:
    with_cuda = any(install.with_cuda for install in installs)
    if release and with_cuda and release.and_cuda:
        return CudaFrom.EXTRA
    if base.is_official and not with_cuda:
        return CudaFrom.IMAGE if base.gpu else CudaFrom.NOWHERE
    if base.own_cuda and not installs:
        return CudaFrom.IMAGE
    if base.cuda:
        return CudaFrom.BASE
    bare = base.family == "python" and not any(part.dockerfile for part in line)
    return CudaFrom.NOWHERE if bare else CudaFrom.UNKNOWN


def _requests(wanted: Sequence[Requirement]) -> Mapping[str, SpecifierSet]:
    """What *wanted* says about versions, by distribution."""
    requests: dict[str, SpecifierSet] = {}
    for requirement in wanted:
        if requirement.specifier is not None:
            requests[requirement.name] = (
                requests.get(requirement.name, SpecifierSet()) & requirement.specifier
            )
    return requests


@cache
def admits(specifier: SpecifierSet, version: str) -> bool:
    """Whether a pip that is asked for *specifier* may take that version."""
    return specifier.contains(version, prereleases=True)


def _expected(
    release: Release, python: str, base: BaseImage, requests: Mapping[str, SpecifierSet]
) -> dict[str, str]:
    """Versions that pip will choose for *release*, where nothing says otherwise.

    The catalog holds them for the newest Python of the release: what an older Python cannot have is
    left out, and so is setuptools but on ``python:`` images from 3.12 on: others bring an older one.
    """
    expected = dict(release.fresh.versions)
    for name, specifier in requests.items():
        if name in expected and not admits(specifier, expected[name]):
            del expected[name]
    for row in breaks():
        if python and version(python) < version(row.python):
            expected.pop(row.package, None)
    if base.family != "python" or (python and version(python) < version("3.12")):
        expected.pop("setuptools", None)
    return expected
