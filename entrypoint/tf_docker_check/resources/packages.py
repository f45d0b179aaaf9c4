"""Packages that go with TensorFlow, what pip cannot install on Linux, and for which Pythons there are wheels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending, version
from tf_docker_check.resources.tensorflow import releases

FILE = "catalog/packages.json"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True, eq=False)
class Refusal(Row):
    """A name that an index does not have for Linux, or whose versions from `since` up to `newest` refuse.

    `says`: why; `instead`: what to do, and `replacement`: the name that means the same, where there is one.
    """

    name: str
    says: str
    instead: str
    since: str = ""
    newest: str = ""
    replacement: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Companion(Row):
    """Versions `first` to `last` of a package, and the TensorFlow that they were made for.

    `by`: ``declared`` where pip holds to it, ``extra`` where a binary package only says so, else ``none``.
    """

    package: str
    first: str
    last: str
    tensorflow: str
    by: str

    @cached_property
    def specifier(self) -> SpecifierSet:
        """The TensorFlow it was made for."""
        return SpecifierSet(self.tensorflow)

    def holds(self, number: str) -> bool:
        """Whether this row is about that version of the package."""
        return version(self.first) <= version(number) <= version(self.last)


@dataclass(frozen=True, kw_only=True, eq=False)
class Wheels(Row):
    """Versions `first` to `last` of a package have wheels for a Python. `sdist`: others can be built from source."""

    package: str
    python: str
    first: str
    last: str
    sdist: bool


@cache
def companions() -> Mapping[str, tuple[Companion, ...]]:
    """By package, oldest versions first."""
    by_name: dict[str, list[Companion]] = {}
    for row in table(FILE, "companions", Companion):
        prove(row.by in {"declared", "extra", "none"}, FILE, f"{row.package} {row.first}: by {row.by}")
        by_name.setdefault(row.package, []).append(row)
    for name, rows in by_name.items():
        bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
        prove(ascending(bounds), FILE, f"versions of {name} overlap or are out of order")
    return {name: tuple(rows) for name, rows in by_name.items()}


@cache
def dependents() -> frozenset[str]:
    """The companions that ask for TensorFlow themselves, so that pip installs it with them."""
    wanted = {match[0] for release in releases() for line in release.requires if (match := _NAME.match(line))}
    names = {name for name, rows in companions().items() if any(row.by == "declared" for row in rows)}
    return frozenset(names - set(map(canonicalize_name, wanted)))


@cache
def refusals() -> Mapping[str, Refusal]:
    """By name."""
    rows = table(FILE, "refusals", Refusal)
    for row in rows:
        prove(canonicalize_name(row.name) == row.name, FILE, f"{row.name} is not a normalized name")
        prove(bool(row.since) == bool(row.newest), FILE, f"{row.name}: only one end of what refuses")
    return {row.name: row for row in rows}


@cache
def wheels() -> Mapping[str, tuple[Wheels, ...]]:
    """By package, oldest Python first."""
    by_name: dict[str, list[Wheels]] = {}
    for row in table(FILE, "wheels", Wheels):
        prove(version(row.first) <= version(row.last), FILE, f"{row.package} {row.python}: first after last")
        by_name.setdefault(row.package, []).append(row)
    for name, rows in by_name.items():
        prove(ascending([row.python for row in rows]), FILE, f"Pythons of {name} are out of order")
    return {name: tuple(rows) for name, rows in by_name.items()}
