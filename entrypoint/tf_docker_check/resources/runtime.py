"""Container engines and what lies under them: versions at which a TensorFlow container behaves otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import prove, table
from tf_docker_check.resources.rows import Row, ascending

FILE = "catalog/runtime.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Engine(Row):
    """A version of the Docker engine; `min_api`: the oldest client it talks to."""

    version: str
    date: str
    api: str
    min_api: str
    end: str


@dataclass(frozen=True, kw_only=True, eq=False)
class SyscallGate(Row):
    """A system call that C libraries from `glibc` on use, and hosts below both `engine` and `runc` deny."""

    id: str
    cause: str
    engine: str
    runc: str
    glibc: str
    says: str
    remedy: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Limit(Row):
    """A default of the engine that TensorFlow runs into."""

    id: str
    default: str
    cause: str
    says: str
    remedy: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ExitCode(Row):
    """What an exit code of a container most likely means."""

    code: int
    means: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Toolkit(Row):
    """What changed with a version of the NVIDIA container toolkit."""

    version: str
    change: str


@cache
def engines() -> tuple[Engine, ...]:
    """Oldest first."""
    rows = table(FILE, "engines", Engine)
    prove(ascending(row.version for row in rows), FILE, "engines are out of order")
    return rows


@cache
def syscall_gates() -> Mapping[str, SyscallGate]:
    """By system call."""
    return {row.id: row for row in table(FILE, "syscall_gates", SyscallGate)}


@cache
def limits() -> Mapping[str, Limit]:
    """By id."""
    return {row.id: row for row in table(FILE, "limits", Limit)}


@cache
def exit_codes() -> Mapping[int, ExitCode]:
    """By code."""
    return {row.code: row for row in table(FILE, "exit_codes", ExitCode)}


@cache
def nvidia_toolkits() -> tuple[Toolkit, ...]:
    """Oldest first."""
    rows = table(FILE, "nvidia_toolkit", Toolkit)
    prove(ascending(row.version for row in rows), FILE, "toolkits are out of order")
    return rows
