"""The steps of a build, gathered from whatever the builder prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tf_docker_check.engine.bounded import tail
from tf_docker_check.model.number import whole
from tf_docker_check.model.observation import BuildStep

LOG_LIMIT = 64 * 1024  # characters kept of each step's output: the tail
TEXT_LIMIT = 4000  # characters of a step's name, and of its error; a RUN may be a whole script
MOST_STEPS = 2000
CANCELLED = "context canceled"
EXIT_CODE = re.compile(  # at the very end: a command's own text, which may quote anything, comes before
    r"(?:(?:did not complete successfully|executor failed running \[.*\]): exit code:"  # BuildKit
    r"|returned a non-zero code:"  # the classic builder
    r"|while running runtime: exit status) ([0-9]+)\s*\Z",  # Podman
    re.DOTALL,
)


@dataclass
class Step:
    """One step while it is under way."""

    name: str
    seconds: float = 0.0
    cached: bool = False
    error: str = ""
    log: str = ""

    def print(self, text: str) -> None:
        """Add to the step's own output."""
        self.log += text
        if len(self.log) > 2 * LOG_LIMIT:  # seldom, so that a flood costs no more than it prints
            self.log = tail(self.log, LOG_LIMIT)


@dataclass
class Steps:
    """All steps so far, and the builder's text outside of any step."""

    by_key: dict[str, Step] = field(default_factory=dict)
    latest: Step | None = None  # the one that last began or printed; builders list them in another order
    text: str = ""
    refused: bool = False  # the builder answered that the request, so the Dockerfile, is wrong

    def step(self, key: str, name: str = "") -> Step:
        """Return the step that the builder calls *key*; create it where it is new."""
        if key not in self.by_key and len(self.by_key) >= MOST_STEPS:
            key = next(reversed(self.by_key))
        return self.by_key.setdefault(key, Step(name))

    def active(self, step: Step) -> Step:
        """Mark *step* as the latest, and return it."""
        self.latest = step
        return step

    def add_text(self, text: str) -> None:
        """Add text that belongs to no step."""
        self.text = tail(self.text + text, LOG_LIMIT)

    def failed(self) -> Step | None:
        """Return the failed step: the one that the final error names, else the first with an error."""
        broken = [step for step in self.by_key.values() if _own_error(step)]
        named = [step for step in broken if self.text.rstrip().endswith(step.error.rstrip())]
        return next(iter(named or broken), None)

    def values(self, error_line: int = 0) -> tuple[BuildStep, ...]:
        """Return the steps as values, with the logs of those that failed.

        *error_line* is the Dockerfile's line of the step at fault.
        """
        failed = self.failed()
        return tuple(
            BuildStep(
                name=step.name[:TEXT_LIMIT],
                seconds=round(step.seconds, 3),
                cached=step.cached,
                error=_own_error(step)[-TEXT_LIMIT:],
                log=tail(step.log, LOG_LIMIT) if _own_error(step) else "",
                line=error_line if step is failed else 0,
            )
            for step in self.by_key.values()
        )


def _own_error(step: Step) -> str:
    """Return the step's own error; empty for one that was only cancelled."""
    return "" if CANCELLED in step.error else step.error


def exit_code(error: str) -> int | None:
    """Return the exit code of the step's own command; None where *error* names none."""
    own = EXIT_CODE.search(error)
    return whole(own[1]) if own else None
