"""Group failures of the same kind, cause and remedy."""

from __future__ import annotations

from dataclasses import dataclass

from tf_docker_check.model.blame import FaultOwner
from tf_docker_check.model.failure import Failure, failure_of
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.results import rows
from tf_docker_check.results.compare import CellComparison, Comparison, is_new
from tf_docker_check.results.gate import end

_OWNERS = {
    None: 0,
    FaultOwner.YOURS: 0,
    FaultOwner.CONFIGURATION: 0,
    FaultOwner.UPSTREAM: 1,
    FaultOwner.NOT_YOURS: 1,
    FaultOwner.RUNNER: 2,
}
_ENDS = ("failed", "known", "errored")


@dataclass(frozen=True)
class FailureGroup:
    """Cells that are shown once. `words` say how certain the cause is, whether it is new, whose fault it is."""

    cells: tuple[CellResult, ...]
    words: tuple[str, ...]
    new: bool  # it is new, and not a known failure

    @property
    def first(self) -> CellResult:
        """Return the cell that represents the group."""
        return self.cells[0]


def group_failures(results: Results, comparison: Comparison) -> tuple[FailureGroup, ...]:
    """Group the failures: new ones first, then already failing, known, errored.

    Of the new ones, the user's come before upstream's and the runner's.
    """
    compared = comparison.by_id
    cells_by_kind: dict[tuple[tuple[str, ...], tuple[Failure, str, str, str]], list[CellResult]] = {}
    for cell in rows.failing_cells(results):
        cells_by_kind.setdefault((_words(cell, compared.get(cell.id)), _same(cell)), []).append(cell)
    groups = (
        FailureGroup(tuple(cells), words, is_new(cells[0], compared.get(cells[0].id)))
        for (words, _), cells in cells_by_kind.items()
    )
    return tuple(sorted(groups, key=_rank))


def _rank(group: FailureGroup) -> tuple[bool, int, int]:
    owner = group.first.blame.owner if group.first.blame else None
    return not group.new, _ENDS.index(end(group.first)), _OWNERS[owner]


def _same(cell: CellResult) -> tuple[Failure, str, str, str]:
    """Return what cells of one group share; a cell with an unknown cause stays alone."""
    advice = "\n".join((cell.findings[0].title, cell.findings[0].remedy)) if cell.findings else ""
    alone = cell.id if cell.status is not Status.ERRORED and not cell.findings else ""
    return failure_of(cell), advice, cell.known, alone


def _words(cell: CellResult, compared: CellComparison | None) -> tuple[str, ...]:
    words = [str(cell.findings[0].confidence)] if cell.findings else []
    if end(cell) == "failed" and compared:
        words.append(str(compared.relation))
    if cell.blame:
        words.append(str(cell.blame.owner))
    return tuple(words)
