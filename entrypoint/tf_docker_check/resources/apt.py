"""apt packages and keys that do harm, or no good, in an image with TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from tf_docker_check.resources.distributions import distributions
from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, version

FILE = "catalog/apt.json"
KINDS = frozenset({"unused", "own-cuda", "driver", "plain"})


@dataclass(frozen=True, kw_only=True, eq=False)
class RotatedKey(Row):
    """A repository's signing key `old` that `new` replaced on `date`; `id`: what apt calls the new one."""

    old: str
    new: str
    id: str
    date: str


@dataclass(frozen=True, kw_only=True, eq=False)
class AptPackage(Row):
    """A package; `name` may end in ``*``. `gone`: the first release of each distribution without it.

    `kind`: unused (TensorFlow does not need it), own-cuda (the distribution's CUDA), driver (files that the
    container toolkit mounts from the host), plain (nothing is said but where it is gone). `instead`: what has
    its files now.
    """

    name: str
    kind: str
    gone: Mapping[str, str]
    instead: str = ""

    def is_gone(self, distribution: str, release: str) -> bool:
        """Whether that release of the distribution no longer has it."""
        first = self.gone.get(distribution)
        return first is not None and (release == "testing" or version(release) >= version(first))


@cache
def apt_keys() -> tuple[RotatedKey, ...]:
    """Of NVIDIA's repositories, oldest change first."""
    rows = table(FILE, "keys", RotatedKey)
    prove([row.date for row in rows] == sorted(row.date for row in rows), FILE, "keys are out of order")
    return rows


def cuda_key() -> RotatedKey:
    """The newest change of the key of NVIDIA's CUDA repositories."""
    return apt_keys()[-1]


@cache
def apt_packages() -> tuple[AptPackage, ...]:
    """In the order of the table; a name is in one row."""
    rows = table(FILE, "packages", AptPackage)
    families = {row.id for row in distributions().values()}
    for row in rows:
        prove(row.kind in KINDS, FILE, f"{row.name}: kind {row.kind}")
        prove(set(row.gone) <= families, FILE, f"{row.name}: there is no such distribution")
    prove(len({row.name for row in rows}) == len(rows), FILE, "a package is there twice")
    return rows


@cache
def apt_package(name: str) -> AptPackage | None:
    """The row about the package *name*."""
    return next((row for row in apt_packages() if fnmatchcase(name, row.name)), None)
