"""What a step has come to, and how annotations are kept: ExecutionContext.cs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.masks import forms, masked
from runner.matchers import Matcher
from runner.syntax import Command

MOST_ISSUES = 10  # of a kind that are kept
MESSAGE = 4096  # characters


@dataclass(frozen=True)
class Issue:
    """An annotation; `by` is the matcher's owner where a matcher made it, or "runner"."""

    kind: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass
class Step:
    """A step under way. `commands` are those that took effect, in order; `log` is what people read."""

    workspace: Path
    hidden: set[str] = field(default_factory=set)
    matchers: list[Matcher] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    echo: bool = False
    stop_token: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.log)

    def count(self, kind: str) -> int:
        return sum(issue.kind == kind for issue in self.issues)


def say(step: Step, line: str) -> None:
    step.log.append(masked(line, step.hidden))


def hide(step: Step, secret: str) -> None:
    step.hidden |= forms(secret)


def report(step: Step, issue: Issue) -> None:
    """Keep an annotation, masked and cut, while there is room for its kind; log it in any case."""
    message = masked(issue.message, step.hidden)[:MESSAGE]
    if step.count(issue.kind) < MOST_ISSUES:
        step.issues.append(Issue(issue.kind, message, issue.properties, issue.by))
    step.log.append(f"##[{issue.kind}]{message}")


def refuse(step: Step, why: str) -> None:
    """Something the runner could not carry out: an error, and the step fails."""
    report(step, Issue("error", why, by="runner"))
    step.failed = True
