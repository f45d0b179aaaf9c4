"""CUDA toolkits, drivers, GPU generations and cuDNN: which runs on which. Linux only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending, minor, version

FILE = "catalog/gpu.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Toolkit(Row):
    """A CUDA toolkit and the driver it came with: that one and newer ones run it without conditions."""

    cuda: str
    driver: str


@dataclass(frozen=True, kw_only=True, eq=False)
class DriverFloor(Row):
    """The oldest driver for programs of a CUDA major. `exact`: each minor needs its toolkit's driver."""

    cuda_major: int
    driver: str
    exact: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Gpu(Row):
    """A GPU model. `last_branch`: the newest driver branch that drives it; 0: none has dropped it yet."""

    name: str
    capability: str
    architecture: str
    datacentre: bool
    last_branch: int
    min_driver: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Code(Row):
    """A library with machine code for the compute capabilities `sass` and PTX of `ptx` (0: none)."""

    version: str
    sass: tuple[int, ...]
    ptx: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Sonames(Row):
    """What TensorFlow of the minors `first` to `last` opens; with one missing it registers no GPU."""

    first: str
    last: str
    libraries: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Untested(Row):
    """Compute capabilities from `capability` to `most` for which a rule would promise too much."""

    capability: str
    most: str
    verdict: str  # fails | unknown
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Compiler(Row):
    """The compute capabilities that a toolkit's compiler can write code for."""

    cuda: str
    least: int
    most: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Cublas(Row):
    """The compute capabilities that a cuBLAS wheel has code for."""

    version: str
    least: int
    most: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Compatibility(Row):
    """A fact about running CUDA newer than the driver, by the cuda-compat package."""

    id: str
    fact: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch(Row):
    """A driver branch: its kind, end, and last version; empty where unknown."""

    branch: int
    kind: str
    end: str
    last: str


@cache
def toolkits() -> tuple[Toolkit, ...]:
    """Oldest first; a newer toolkit never came with an older driver."""
    rows = table(FILE, "toolkits", Toolkit)
    prove(ascending(row.cuda for row in rows), FILE, "toolkits are out of order")
    drivers = [version(row.driver) for row in rows]
    prove(drivers == sorted(drivers), FILE, "drivers do not rise with their toolkits")
    return rows


@cache
def driver_floors() -> Mapping[int, DriverFloor]:
    """By CUDA major."""
    return {row.cuda_major: row for row in table(FILE, "driver_floors", DriverFloor)}


@cache
def gpus() -> Mapping[str, Gpu]:
    """By model name."""
    rows = table(FILE, "gpus", Gpu)
    prove(len({row.name for row in rows}) == len(rows), FILE, "a GPU is there twice")
    return {row.name: row for row in rows}


def gpu_model(name: str) -> Gpu | None:
    """The row for a GPU as people write it: ``a10g``, ``Tesla T4``, ``NVIDIA GeForce RTX 4090``."""
    plain = re.sub(r"^(?:nvidia )?(?:geforce |tesla )?", "", name.strip().lower())
    series = re.sub(r"^([gr]tx [0-9]{1,2})[0-9][0-9]\b.*", r"\g<1>00", plain)
    for row in gpus().values():
        if row.name.lower().removeprefix("tesla ") in {plain, series}:
            return row
    return None


@cache
def cudnn() -> tuple[Code, ...]:
    """Wheels of cuDNN that were looked into, oldest first."""
    rows = table(FILE, "cudnn", Code)
    prove(ascending(row.version for row in rows), FILE, "cuDNN versions are out of order")
    return rows


@cache
def untested() -> tuple[Untested, ...]:
    """Ranges of compute capabilities where reports, or their absence, outrank the rule."""
    rows = table(FILE, "untested_capabilities", Untested)
    prove(ascending(bound for row in rows for bound in (row.capability, row.most)), FILE, "ranges overlap")
    return rows


@cache
def all_sonames() -> tuple[Sonames, ...]:
    """Oldest TensorFlow first; no minor is in two rows."""
    rows = table(FILE, "sonames", Sonames)
    bounds = [bound for row in rows for bound in dict.fromkeys((row.first, row.last))]
    prove(ascending(bounds), FILE, "sonames overlap")
    return rows


def sonames(tensorflow: str) -> Sonames | None:
    """What that release opens."""
    wanted = version(minor(tensorflow))
    return next((row for row in all_sonames() if version(row.first) <= wanted <= version(row.last)), None)


@cache
def compilers() -> tuple[Compiler, ...]:
    """Oldest first; `least` and `most` never fall."""
    rows = table(FILE, "compilers", Compiler)
    prove(ascending(row.cuda for row in rows), FILE, "compilers are out of order")
    for bounds in ([row.least for row in rows], [row.most for row in rows]):
        prove(bounds == sorted(bounds), FILE, "a newer compiler knows older GPUs again")
    return rows


@cache
def cublas() -> tuple[Cublas, ...]:
    """Wheels of cuBLAS that were looked into, oldest first."""
    rows = table(FILE, "cublas", Cublas)
    prove(ascending(row.version for row in rows), FILE, "cuBLAS versions are out of order")
    return rows


@cache
def branches() -> Mapping[int, Branch]:
    """By number, oldest first."""
    rows = table(FILE, "branches", Branch)
    numbers = [row.branch for row in rows]
    prove(numbers == sorted(set(numbers)), FILE, "driver branches are out of order")
    return {row.branch: row for row in rows}


@cache
def forward_compatibility() -> Mapping[str, Compatibility]:
    """By id."""
    return {row.id: row for row in table(FILE, "forward_compatibility", Compatibility)}


def driver_needed(cuda: str) -> DriverFloor | Toolkit | None:
    """The row that gives the oldest driver for CUDA *cuda* (``12.5``): a floor, or for 10.x a toolkit."""
    floor = driver_floors().get(version(cuda).major)
    if floor is None or not floor.exact:
        return floor
    return next((row for row in toolkits() if minor(row.cuda) == minor(cuda)), None)


def cuda_of(driver: str) -> Toolkit | None:
    """The newest toolkit that *driver* came with or after: what it can compile PTX of."""
    wanted = version(driver)
    return next((row for row in reversed(toolkits()) if version(row.driver) <= wanted), None)
