"""The evidence of one failing cell, for the rules and for the search in its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.observation import WORKERS, BuildResult, Check, Exit, Facts, ProbeRun
from tf_docker_check.model.status import Status

_STAGES = {
    "interpreter": "import",
    "environment": "import",
    "import": "import",
    "devices": "init",
    "gpu-exposed": "init",
    "gpu-static": "init",
    "distributed-bridge": "distributed",
    "distributed-host": "distributed",
}
_SIGNALS = {132: "SIGILL", 134: "SIGABRT", 135: "SIGBUS", 137: "SIGKILL", 139: "SIGSEGV"}


@dataclass(frozen=True)
class Case:
    """A cell's failed build and failed checks. `facts` are those of all checks together."""

    build: BuildResult | None
    failed: tuple[Check, ...]
    exit: Exit | None
    output: str
    gpu: Gpu
    cell: Cell
    facts: Facts = field(default_factory=dict)

    @classmethod
    def of(cls, build: BuildResult | None, run: ProbeRun | None, gpu: Gpu, cell: Cell) -> Case:
        """Collect the evidence of *build* and *run*."""
        checks = run.checks if run else ()
        facts: dict[str, Any] = dict(run.facts) if run else {}
        for check in checks:
            facts.update(check.facts)
        return cls(
            build=build if build and build.status in (Status.FAILED, Status.ERRORED) else None,
            failed=tuple(check for check in checks if check.status in (Status.FAILED, Status.ERRORED)),
            exit=run.exit if run else None,
            output=run.output if run else "",
            gpu=gpu,
            cell=cell,
            facts=facts,
        )

    @property
    def stage(self) -> str:
        """The stage of the first failure, in the terms of signatures."""
        if self.build:
            return "build"
        name = self.failed[0].name if self.failed else ""
        return "distributed" if name.startswith(WORKERS) else _STAGES.get(name, "run")

    @property
    def expectation(self) -> str:
        """Whether a GPU is required: ``expected`` or ``none``."""
        return "expected" if self.gpu is Gpu.REQUIRE else "none"

    def did_fail(self, *names: str) -> bool:
        """Return whether one of the checks *names* failed."""
        return any(check.name in names for check in self.failed)

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel killed a failed process for lack of memory."""
        deaths = any(check.death and check.death.out_of_memory for check in self.failed)
        counted = any(check.facts.get("memory.oom_kills") for check in self.failed)
        return deaths or counted or bool(self.failed and self.exit and self.exit.oom_killed)

    def signals(self) -> Iterator[tuple[str, str]]:
        """Yield the signals that killed processes, each with its check or step."""
        for check in self.failed:
            if check.death and (name := check.death.signal or _SIGNALS.get(check.death.code or 0)):
                yield name, check.name
        if self.build and self.build.exit_code in _SIGNALS:
            yield _SIGNALS[self.build.exit_code], "the failing build step"

    def text(self) -> str:
        """Return all output and reasons of what failed."""
        parts: list[str] = []
        if self.build:
            parts += [self.build.reason, self.build.log]
            parts += [part for step in self.build.steps if step.error for part in (step.error, step.log)]
        for check in self.failed:
            parts += [check.reason, check.text]
        return "\n".join([*parts, self.output])
