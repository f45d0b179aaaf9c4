"""Findings of rules, and issues: findings with their rule and severity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.model.prediction import Judgement


class Severity(str, Enum):
    """Severity of an issue, worst first."""

    ERROR = "error"  # does not build, does not start, or does not work
    WARNING = "warning"  # likely to fail, or to fail soon
    NOTE = "note"  # worth knowing

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Remark:
    """What a rule reports for `span`. `edits`: the part of the remedy that `--fix` can apply.

    `judgement`: what it is the place of, where other commands have the same to say.
    """

    span: Span
    message: str
    remedy: str
    edits: tuple[Edit, ...] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Issue:
    """A remark with the id and severity of its rule."""

    rule: str
    severity: Severity
    remark: Remark

    @property
    def span(self) -> Span:
        return self.remark.span
