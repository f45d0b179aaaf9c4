"""Machines that containers run on: ready-made descriptions, and what users describe themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.gpu import gpus
from tf_docker_check.resources.rows import Row, version

FILE = "catalog/hosts.json"
ABSENT = "none"
"""In place of a version: known not to be there."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Host(Row):
    """A machine. What is empty (or 0 gigabytes) is not known; no `gpus` means that it has none.

    `cpu`: instruction sets as /proc/cpuinfo names them; `gpu`: a model of the catalog, or empty
    where only `capability` is known; `toolkit`: version of the NVIDIA container toolkit. `driver` and
    `toolkit` are ``none`` where it is known that there is none. `qemu`: of the emulation that runs
    images for other architectures.
    """

    name: str
    architecture: str = "x86_64"
    cpu: tuple[str, ...] = ()
    gpus: int = 0
    gpu: str = ""
    capability: str = ""
    driver: str = ""
    engine: str = ""
    runc: str = ""
    toolkit: str = ""
    disk_gib: float = 0
    memory_gib: float = 0
    qemu: str = ""
    kernel: str = ""
    os: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.gpu and self.gpu not in gpus():
            raise ValueError(f"{self.name}: the GPU {self.gpu!r} is not in the catalog")
        for text in (self.capability, self.driver, self.engine, self.runc, self.toolkit, self.qemu):
            if text and text != ABSENT:
                version(text)

    @property
    def compute_capability(self) -> str:
        """As given, else that of the model, else empty."""
        return self.capability or (gpus()[self.gpu].capability if self.gpu else "")


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine(Row):
    """A machine type of a cloud and its GPU."""

    provider: str
    type: str
    gpu: str
    capability: str
    architecture: str


@dataclass(frozen=True, kw_only=True, eq=False)
class GithubRunner(Row):
    """What a ``runs-on`` label gives. Without `has_engine`, container actions cannot run there."""

    label: str
    also: tuple[str, ...]
    os: str
    architecture: str
    kernel: str
    engine: str
    buildx: str
    has_engine: bool


@cache
def hosts() -> Mapping[str, Host]:
    """Ready-made hosts by name."""
    rows = table(FILE, "hosts", Host)
    prove(len({row.name for row in rows}) == len(rows), FILE, "a host is there twice")
    return {row.name: row for row in rows}


@cache
def machines() -> tuple[Machine, ...]:
    """Cloud machines with a GPU."""
    return table(FILE, "machines", Machine)


@cache
def github_runners() -> Mapping[str, GithubRunner]:
    """By label, other names of the same label too."""
    rows = table(FILE, "github_runners", GithubRunner)
    return {label: row for row in rows for label in (row.label, *row.also)}
