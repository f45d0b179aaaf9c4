"""Linux distributions as container base images, and what a wheel's platform tag asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending, version

FILE = "catalog/distributions.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Distribution(Row):
    """A release. `glibcxx`, `cxxabi`: the newest symbol versions of its libstdc++; empty where unknown.

    `python` and `pip` are its own packages; `externally_managed`: they refuse to install outside a
    virtual environment (PEP 668). `end`: of ordinary support; `long_end`: of long-term support. `archive`:
    the server that its packages were moved to, by family, so that its own package manager finds none.
    """

    id: str
    version: str
    codename: str
    also: tuple[str, ...]
    libc: str
    glibc: str
    glibcxx: str
    cxxabi: str
    python: str
    pip: str
    end: str
    long_end: str
    externally_managed: bool
    cpu_level: str
    archive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Manylinux(Row):
    """A platform tag: the least glibc it admits, and the first pip that knows it."""

    tag: str
    also: str
    glibc: str
    glibcxx: str
    cxxabi: str
    min_pip: str


@dataclass(frozen=True, kw_only=True, eq=False)
class PythonEnd(Row):
    """When a Python minor ends."""

    python: str
    end: str


@dataclass(frozen=True, kw_only=True, eq=False)
class GetPip(Row):
    """The newest get-pip.py: the `pip` it brings and the `least` Python it runs on.

    `pythons`: the older ones that have a get-pip.py of their own.
    """

    pip: str
    least: str
    pythons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class GccSymbols(Row):
    """The newest symbol versions that the libstdc++ of a GCC release has; empty where unknown."""

    gcc: str
    glibcxx: str
    cxxabi: str


@cache
def distributions() -> Mapping[str, Distribution]:
    """By ``debian:12``, by codename, and by the names of rebuilds such as ``almalinux:9``."""
    by_name: dict[str, Distribution] = {}
    for row in table(FILE, "distributions", Distribution):
        prove(row.libc in {"glibc", "musl"}, FILE, f"{row.id} {row.version}: libc {row.libc}")
        prove(bool(row.glibc) == (row.libc == "glibc"), FILE, f"{row.id} {row.version}: glibc {row.glibc!r}")
        for name in (row.codename, *(f"{family}:{row.version}" for family in (row.id, *row.also))):
            prove(not name or name not in by_name, FILE, f"{name} is there twice")
            by_name[name] = row
    by_name.pop("", None)
    return by_name


def named(family: str, release: str) -> Distribution | None:
    """The row of that family and *release*, or of what it is a part of: of ``9.4`` that of ``9``."""
    while release:
        if row := distributions().get(f"{family}:{release}"):
            return row
        release = release.rpartition(".")[0]
    return None


@cache
def manylinux() -> Mapping[str, Manylinux]:
    """By tag; what an older glibc admits comes first."""
    rows = table(FILE, "manylinux", Manylinux)
    prove(ascending(row.glibc for row in rows), FILE, "platform tags are out of order")
    return {name: row for row in rows for name in (row.tag, row.also) if name}


@cache
def python_ends() -> Mapping[str, PythonEnd]:
    """By Python minor."""
    rows = table(FILE, "python_ends", PythonEnd)
    prove(ascending(row.python for row in rows), FILE, "Pythons are out of order")
    prove([row.end for row in rows] == sorted(row.end for row in rows), FILE, "a newer Python ends first")
    return {row.python: row for row in rows}


@cache
def get_pip_scripts() -> tuple[GetPip, ...]:
    """What get-pip.py was at some time, oldest first."""
    rows = table(FILE, "get_pip", GetPip)
    prove(ascending(row.pip for row in rows), FILE, "get-pip.py is out of order")
    return rows


@cache
def gcc_symbols() -> tuple[GccSymbols, ...]:
    """Oldest first."""
    rows = table(FILE, "gcc_symbols", GccSymbols)
    prove(ascending(row.gcc for row in rows), FILE, "GCC releases are out of order")
    versions = [version(row.glibcxx) for row in rows]
    prove(versions == sorted(versions), FILE, "a newer GCC has older symbols")
    return rows
