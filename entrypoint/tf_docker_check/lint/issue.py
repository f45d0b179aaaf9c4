"""What a rule says, and the issue it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tf_docker_check.dockerfile.source import Edit, Span


class Severity(str, Enum):
    """How much it hurts, worst first."""

    ERROR = "error"  # it does not build, does not start, or does not do what it is for
    WARNING = "warning"  # it likely will not, or not for long
    NOTE = "note"  # worth knowing

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Remark:
    """What a rule has to say about a place. `edits` are the mechanical part of its remedy, if it has one."""

    span: Span
    message: str
    remedy: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Issue:
    """A remark with the rule it is of."""

    rule: str
    severity: Severity
    remark: Remark

    @property
    def span(self) -> Span:
        return self.remark.span
