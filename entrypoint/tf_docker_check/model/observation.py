"""What a probe, a build or the host showed. Values only; what they mean is `diagnose`'s business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.model.status import Status

COMMAND, WORKERS = "command: ", "workers on "
"""How the names of checks begin that run the user's own commands: in one container, and as two workers."""

Facts = Mapping[str, Any]
"""Checked values by dotted name, such as ``{"tensorflow.version": "2.21.0"}``; JSON types only."""


@dataclass(frozen=True)
class Death:
    """The end of a process that did not give its own verdict. `signal` is a name such as SIGILL, or empty."""

    code: int | None = None
    signal: str = ""
    out_of_memory: bool = False  # by the kernel's count
    timed_out: bool = False
    stopped_by: str = ""  # what somebody else had the engine do to its container: kill, pause, remove

    @property
    def status(self) -> Status:
        """ERRORED where somebody else's hand is in it; a process that ends by itself has FAILED."""
        return Status.ERRORED if self.stopped_by else Status.FAILED


@dataclass(frozen=True)
class Check:
    """One rung of the ladder (or one user command) in one container."""

    name: str  # import, devices, matmul, …
    status: Status
    reason: str = ""  # why it was skipped, or the one line that says what was wrong
    seconds: float = 0.0
    facts: Facts = field(default_factory=dict)
    text: str = ""  # traceback or what else belongs to this rung alone
    death: Death | None = None  # how its process ended, where that is its verdict
    began: bool = True  # False if no time was left for it


@dataclass(frozen=True)
class Exit:
    """How a container's process ended."""

    code: int | None = None
    signal: str = ""  # SIGILL, SIGKILL, …, derived from the code
    oom_killed: bool = False
    timed_out: bool = False
    seconds: float = 0.0
    stopped_by: str = ""  # what somebody else had the engine do to its container: kill, pause, remove


@dataclass(frozen=True)
class ProbeRun:
    """Everything one probe container showed."""

    checks: tuple[Check, ...]
    exit: Exit
    output: str = ""  # all that was printed and is not evidence, bounded
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class BuildStep:
    """One step of a build."""

    name: str
    seconds: float = 0.0
    cached: bool = False
    error: str = ""
    log: str = ""
    line: int = 0  # of the Dockerfile, where known


@dataclass(frozen=True)
class BuildResult:
    """What building (or only pulling) a recipe showed."""

    status: Status
    seconds: float = 0.0
    pull_seconds: float = 0.0
    cached: bool = False
    steps: tuple[BuildStep, ...] = ()
    reason: str = ""
    log: str = ""  # the tail of the failing step's log, else empty
    exit_code: int | None = None  # of the failing RUN, where known
    dockerfile: str = ""  # text that was built, where we wrote it
    base: str = ""  # the base's reference as pulled
    base_digest: str = ""
