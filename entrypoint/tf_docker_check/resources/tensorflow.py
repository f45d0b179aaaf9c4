"""TensorFlow's releases: wheels, what they were built for, what they ask of their neighbours.

Rebuilt from package metadata by ``bin/refresh-releases``, as far as metadata goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tf_docker_check.resources.files import document, prove, table
from tf_docker_check.resources.rows import Row, ascending, checked, minor, version

FILE = "catalog/tensorflow.json"

GPU_FOLDERS = frozenset({"cublas", "cuda_runtime", "cudnn", "cufft", "cusolver", "cusparse"})
"""The folders of the NVIDIA wheels that must be on the loader's path; one missing, and no GPU is
registered (loader log of 2.21.0 with libraries removed)."""


@dataclass(frozen=True)
class Wheel:
    """The Linux wheel for one architecture. `needs`: the wheel is a stub that only pulls this package."""

    glibc: str  # the least its platform tag admits
    min_pip: str  # the first pip that knows the tag
    megabytes: int = 0
    needs: str = ""
    pythons: tuple[str, ...] = ()  # where they differ from the release's


@dataclass(frozen=True)
class AndCuda:
    """The ``[and-cuda]`` extra. `runpath`: folders of NVIDIA wheels where the library looks."""

    pythons: tuple[str, ...]  # where the extra can be installed
    runpath: tuple[str, ...]
    requires: tuple[str, ...]
    why_not: str = ""  # what keeps it from other Pythons

    @property
    def missing(self) -> tuple[str, ...]:
        """Folders it does not look in although it must: with any, no GPU is registered."""
        return tuple(sorted(GPU_FOLDERS - set(self.runpath)))


@dataclass(frozen=True)
class Fresh:
    """What pip chose on the catalog's date, with the newest Python that has a wheel."""

    python: str
    imports: bool
    verified: bool
    versions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Release(Row):
    """One release. `cuda` and `cudnn` are those it was built with; empty where unknown.

    `sass`: compute capabilities (75 is 7.5) with machine code in the wheel; `ptx`: the one kept as
    PTX too; empty and 0 where nobody looked.
    """

    version: str
    date: str
    pythons: tuple[str, ...]
    wheels: Mapping[str, Wheel]  # by architecture: x86_64, aarch64
    packages: tuple[str, ...]  # distributions of this version: tensorflow, tensorflow-cpu, …
    yanked: bool
    cuda_build: bool
    cuda: str
    cudnn: str
    cuda_major: int
    cudnn_major: int
    sass: tuple[int, ...]
    ptx: int
    symbols: Mapping[str, Any]
    requires: tuple[str, ...]
    fresh: Fresh
    and_cuda: AndCuda | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Release:
        """A row of JSON as a value; TypeError or ValueError says what is wrong with it."""
        extra = row.get("and_cuda")
        nested = {
            "wheels": {arch: checked(Wheel, wheel) for arch, wheel in row["wheels"].items()},
            "fresh": checked(Fresh, row["fresh"]),
            "and_cuda": checked(AndCuda, extra) if extra else None,
        }
        if not nested["wheels"] or not row["pythons"]:
            raise ValueError("it has no wheel")
        return checked(cls, {**row, **nested})

    @property
    def parsed(self) -> Version:
        """The version as one that compares."""
        return version(self.version)

    @property
    def final(self) -> bool:
        """Not a release candidate."""
        return not self.parsed.is_prerelease

    def pythons_on(self, architecture: str, *, with_cuda: bool = False) -> tuple[str, ...]:
        """Pythons it installs on, oldest first; with the ``[and-cuda]`` extra where asked."""
        wheel = self.wheels.get(architecture)
        if wheel is None:
            return ()
        pythons = wheel.pythons or self.pythons
        if with_cuda and self.and_cuda is not None:
            return tuple(python for python in pythons if python in self.and_cuda.pythons)
        return pythons


@dataclass(frozen=True, kw_only=True, eq=False)
class Break(Row):
    """TensorFlow from `since` up to and without `below` does not get along with `package` from `at` to `under`.

    `effect`: blocks (the import fails) or degrades (something besides it does).
    """

    id: str
    below: str
    package: str
    at: str
    effect: str
    cause: str
    says: str
    remedy: str
    since: str = "0"
    under: str = ""  # `package` gets along again from this version on
    python: str = "0"  # the least Python that `package` from `at` on can be installed on

    def hits(self, tensorflow: str, installed: Mapping[str, str]) -> bool:
        """Whether *installed* (distribution → version) breaks that TensorFlow."""
        present = installed.get(self.package)
        if present is None or version(present) < version(self.at):
            return False
        if self.under and version(present) >= version(self.under):
            return False
        return version(self.since) <= version(tensorflow) < version(self.below)

    @property
    def harmless(self) -> str:
        """The versions of `package` that break nothing; below `at`, where `under` is no bound."""
        return f">={self.under}" if self.under else f"<{self.at}"


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingFault(Row):
    """How training under `strategy` fails from the release `since` on. `remedy` is a template over ``{minor}``."""

    strategy: str
    since: str
    cause: str
    says: str
    remedy: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Package(Row):
    """A distribution that brings TensorFlow or belongs to it; `last` empty: it goes on.

    `tensorflow`: ``release`` where it holds TensorFlow under the versions of `releases`, ``build`` where
    under versions of its own, empty where it only belongs to it. `stub`: the version after `last` that does
    nothing but fail to install; `instead`: what to install now.
    """

    name: str
    first: str
    last: str
    architectures: tuple[str, ...]
    after: str  # what to know when it ended
    tensorflow: str = ""
    stub: str = ""
    instead: str = ""


@cache
def as_of() -> str:
    """The date of the table: what was released later is not in it."""
    return str(document(FILE)["as_of"])


@cache
def releases() -> tuple[Release, ...]:
    """Every release from 1.15.0 on, oldest first."""
    rows = table(FILE, "releases", Release)
    prove(ascending(row.version for row in rows), FILE, "releases are not in the order of their versions")
    for row in rows:
        prove(ascending(row.pythons), FILE, f"Pythons of {row.version} are not in order")
        for python in (*(row.and_cuda.pythons if row.and_cuda else ()), row.fresh.python):
            prove(python in row.pythons, FILE, f"{row.version} has no wheel for Python {python}")
    return rows


@cache
def by_version() -> Mapping[str, Release]:
    """Releases by their version as written in the table."""
    return {release.version: release for release in releases()}


def is_older(text: str) -> bool:
    """Whether that version is older than every release of the table."""
    try:
        return version(text) < releases()[0].parsed
    except InvalidVersion:
        return False


@cache
def release_named(text: str) -> Release | None:
    """The release *text*; of a minor, such as ``2.16``, its newest final one."""
    patches = (row for row in reversed(releases()) if row.final and minor(row.version) == text)
    return by_version().get(text) or next(patches, None)


def newest_final() -> Release:
    """What ``latest`` means."""
    return next(release for release in reversed(releases()) if release.final)


@cache
def newest_for(
    python: str, architecture: str = "x86_64", glibc: str = "99", specifier: str = ""
) -> Release | None:
    """What ``pip install tensorflow`` takes without a pin: the newest final release with a wheel.

    *specifier*: the versions that will do, such as ``>=2.15,<2.18``; None where it is not a range.
    """
    try:
        admitted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    for release in reversed(releases()):
        wheel = release.wheels.get(architecture)
        fits = wheel is not None and version(wheel.glibc) <= version(glibc)
        if (
            release.final
            and fits
            and python in release.pythons_on(architecture)
            and release.parsed in admitted
        ):
            return release
    return None


@cache
def breaks() -> tuple[Break, ...]:
    """Known quarrels between TensorFlow and versions of its dependencies."""
    rows = table(FILE, "dependency_breaks", Break)
    for row in rows:
        prove(row.effect in {"blocks", "degrades"}, FILE, f"{row.id}: effect {row.effect}")
        prove(version(row.since) < version(row.below), FILE, f"{row.id}: an empty range")
    return rows


@cache
def training_faults() -> tuple[TrainingFault, ...]:
    """What fails under strategies of several workers."""
    return table(FILE, "training_faults", TrainingFault)


@cache
def packages() -> Mapping[str, Package]:
    """Distributions by name."""
    rows = table(FILE, "packages", Package)
    for row in rows:
        prove(canonicalize_name(row.name) == row.name, FILE, f"{row.name} is not a normalized name")
        prove(row.tensorflow in {"release", "build", ""}, FILE, f"{row.name}: tensorflow {row.tensorflow}")
    held = {row.name for row in rows if row.tensorflow == "release"}
    for release in releases():
        prove(held.issuperset(release.packages), FILE, f"{release.version} has a distribution without a row")
    return {row.name: row for row in rows}


@cache
def tensorflow_distributions() -> frozenset[str]:
    """Distributions that hold the package ``tensorflow``: two of them overwrite each other."""
    return frozenset(name for name, row in packages().items() if row.tensorflow)


@cache
def released_distributions() -> frozenset[str]:
    """Those of them whose versions are those of `releases`."""
    return frozenset(name for name, row in packages().items() if row.tensorflow == "release")
