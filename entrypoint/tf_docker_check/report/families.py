"""Failures told together: those of one kind, one cause and one remedy."""

from __future__ import annotations

from dataclasses import dataclass

from tf_docker_check.model.blame import Whose
from tf_docker_check.model.failure import Failure, failure_of
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.report import rows
from tf_docker_check.report.baseline import Beside, Comparison, is_new
from tf_docker_check.report.gate import end

_WHOSE = {
    None: 0,
    Whose.YOURS: 0,
    Whose.CONFIGURATION: 0,
    Whose.UPSTREAM: 1,
    Whose.NOT_YOURS: 1,
    Whose.RUNNER: 2,
}
_ENDS = ("failed", "known", "errored")


@dataclass(frozen=True)
class Family:
    """Cells that need to be told only once. `words` say how sure the cause is, how new, whose fault."""

    cells: tuple[CellResult, ...]
    words: tuple[str, ...]
    new: bool  # it is new, and owned by nobody

    @property
    def first(self) -> CellResult:
        """The cell that stands for all."""
        return self.cells[0]


def families(results: Results, comparison: Comparison) -> tuple[Family, ...]:
    """The failures that were asked for: new ones first, then already failing, known, not judged.

    Of the new ones, the user's come before upstream's and the runner's.
    """
    beside = comparison.by_id
    found: dict[tuple[tuple[str, ...], tuple[Failure, str, str, str]], list[CellResult]] = {}
    for cell in rows.troubled(results):
        found.setdefault((_words(cell, beside.get(cell.id)), _same(cell)), []).append(cell)
    told = (
        Family(tuple(group), words, is_new(group[0], beside.get(group[0].id)))
        for (words, _), group in found.items()
    )
    return tuple(sorted(told, key=_rank))


def _rank(family: Family) -> tuple[bool, int, int]:
    whose = family.first.blame.whose if family.first.blame else None
    return not family.new, _ENDS.index(end(family.first)), _WHOSE[whose]


def _same(cell: CellResult) -> tuple[Failure, str, str, str]:
    """What cells of one family share; one that fails of an unknown cause stands alone, to be looked at."""
    advice = "\n".join((cell.findings[0].title, cell.findings[0].remedy)) if cell.findings else ""
    alone = cell.id if cell.status is not Status.ERRORED and not cell.findings else ""
    return failure_of(cell), advice, cell.known, alone


def _words(cell: CellResult, beside: Beside | None) -> tuple[str, ...]:
    words = [str(cell.findings[0].confidence)] if cell.findings else []
    if end(cell) == "failed" and beside:
        words.append(str(beside.relation))
    if cell.blame:
        words.append(str(cell.blame.whose))
    return tuple(words)
