"""Parse requirements as pip does, and query them about TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import product

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement  # noqa: TID251 - the one place
from packaging.requirements import Requirement as PackagingRequirement  # noqa: TID251
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tf_docker_check.resources.rows import minor, version
from tf_docker_check.resources.tensorflow import (
    Release,
    released_distributions,
    releases,
    tensorflow_distributions,
)

AND_CUDA = "and-cuda"
MAX_LENGTH = 1000
"""Characters of a requirement; packaging reads markers recursively, and people write less."""

MAX_MARKER = 200
_VERSIONS = re.compile(r"[=<>!~(@$;]")
_ARCHITECTURES = ("x86_64", "aarch64")


@dataclass(frozen=True)
class Target:
    """What pip installs for. Empty: not known.

    `python`: ``3.12``, or for markers also ``3.12.4``; `architecture`: as wheels name it, such as ``x86_64``.
    """

    python: str = ""
    architecture: str = ""

    def environments(self) -> Iterator[Mapping[str, str]]:
        """The marker environments it may stand for: one if all is known."""
        pythons = (self.python,) if self.python else _pythons()
        architectures = (self.architecture,) if self.architecture else _ARCHITECTURES
        for python, architecture in product(pythons, architectures):
            yield {
                "extra": "",
                "implementation_name": "cpython",
                "os_name": "posix",
                "platform_machine": architecture,
                "platform_python_implementation": "CPython",
                "platform_system": "Linux",
                "platform_release": "",
                "platform_version": "",
                "python_full_version": python if python.count(".") > 1 else f"{python}.0",
                "python_version": minor(python),
                "sys_platform": "linux",
            }


ANY_TARGET = Target()


@dataclass(frozen=True)
class Requirement:
    """A distribution, by its normalized name, and the versions of it that will do.

    `specifier` is None where the versions cannot be read: a variable, a URL, a mistake. `marker` is None
    where the requirement always holds, or its marker cannot be read. `text`: as written; `mistake`: why pip refuses it.
    """

    name: str
    extras: frozenset[str] = frozenset()
    specifier: SpecifierSet | None = None
    marker: Marker | None = None
    text: str = field(default="", compare=False)
    mistake: str = field(default="", compare=False)

    def __str__(self) -> str:
        """As pip takes it."""
        if self.specifier is None:
            return self.text
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}{f'; {self.marker}' if self.marker else ''}"

    @property
    def pin(self) -> str:
        """The only version that it allows, else empty."""
        clauses = list(self.specifier or ())
        if len(clauses) != 1 or clauses[0].operator not in ("==", "===") or clauses[0].version.endswith(".*"):
            return ""
        return clauses[0].version

    @property
    def unbounded(self) -> bool:
        """Whether it says nothing about versions."""
        return self.specifier is not None and not len(self.specifier)

    @property
    def capped(self) -> bool:
        """Whether it keeps newer versions out."""
        return any(clause.operator not in (">=", ">", "!=") for clause in self.specifier or ())

    @property
    def brings_tensorflow(self) -> bool:
        """Whether its distribution holds the package ``tensorflow``."""
        return self.name in tensorflow_distributions()

    @property
    def brings_release(self) -> bool:
        """Whether its versions are those of the catalog's releases."""
        return self.name in released_distributions()

    @property
    def with_cuda(self) -> bool:
        """Whether it asks for CUDA's libraries from pip."""
        return AND_CUDA in self.extras

    def allows(self, candidate: str) -> bool:
        """Whether pip may take that version, a release candidate included."""
        return self.specifier is not None and self.specifier.contains(candidate, prereleases=True)

    def narrow(self, other: Requirement) -> Requirement:
        """With only the versions that *other* admits, too."""
        if self.specifier is None or other.specifier is None:
            return replace(self, specifier=None)
        return replace(self, specifier=self.specifier & other.specifier)

    def applies_to(self, target: Target) -> bool:
        """Whether its marker may hold for *target*; one that cannot be evaluated does."""
        return self.marker is None or True in _outcomes(self.marker, target)

    def surely_applies_to(self, target: Target) -> bool:
        """Whether its marker holds for *target*, whatever is not known of it."""
        return self.marker is None or _outcomes(self.marker, target) == {True}


@lru_cache(maxsize=4096)
def parse_requirement(text: str) -> Requirement | None:
    """Parse *text* as one requirement, without comments and options; None if it is invalid."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return None
    head, condition = text.partition(";")[::2]
    try:
        parsed, mistake = PackagingRequirement(head), ""
        versions = None if parsed.url else parsed.specifier
    except InvalidRequirement as error:
        requirement = _name_alone(head)
        if requirement is None:
            return None
        parsed, versions, mistake = requirement, None, str(error).splitlines()[0]
    marker = _marker(condition)
    if condition.strip() and marker is None:
        mistake = mistake or f"{condition.strip()!r:.80} is not a marker"
    if not parsed.name[-1].isalnum():  # `packaging` takes it; no index has such a name
        return None
    extras = frozenset(map(canonicalize_name, parsed.extras))
    return Requirement(canonicalize_name(parsed.name), extras, versions, marker, text, mistake)


def tensorflow_requirements(lines: Iterable[str], target: Target = ANY_TARGET) -> tuple[Requirement, ...]:
    """Return the requirements in *lines* that install TensorFlow on *target*."""
    parsed = filter(None, map(parse_requirement, lines))
    return tuple(one for one in parsed if one.brings_tensorflow and one.applies_to(target))


def release_for(requirement: Requirement, target: Target) -> Release | None:
    """Return the release that pip would install by the catalog; None if not known or none fits."""
    if not requirement.brings_release or requirement.specifier is None:
        return None
    if requirement.pin:
        return _by_number().get(_number(requirement.pin))
    fitting = (
        release
        for release in reversed(releases())
        if release.final
        and not release.yanked
        and requirement.name in release.packages
        and requirement.specifier.contains(release.parsed, prereleases=False)
        and target.python in release.pythons_on(target.architecture)
    )
    return next(fitting, None) if target.python else None


def _name_alone(text: str) -> PackagingRequirement | None:
    """The name and extras in *text*, whose versions cannot be read."""
    versions = _VERSIONS.search(text)
    try:
        return PackagingRequirement(text[: versions.start()]) if versions else None
    except InvalidRequirement:
        return None


def _marker(text: str) -> Marker | None:
    if not text.strip() or len(text) > MAX_MARKER:
        return None
    try:
        return Marker(text)
    except (InvalidMarker, RecursionError):
        return None


@lru_cache(maxsize=4096)
def _outcomes(marker: Marker, target: Target) -> frozenset[bool]:
    """What the marker comes to for what *target* may stand for."""
    try:
        return frozenset(marker.evaluate(dict(environment)) for environment in target.environments())
    except ValueError:  # what the marker compares does not compare
        return frozenset({True})


@cache
def _pythons() -> tuple[str, ...]:
    """The Pythons that some TensorFlow has a wheel for, oldest first."""
    minors = {python for release in releases() for python in release.pythons}
    return tuple(sorted(map(minor, minors), key=version))


@cache
def _by_number() -> Mapping[Version | None, Release]:
    return {release.parsed: release for release in releases()}


def _number(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
