"""Several results documents made one."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.results import CellResult, Results, RunInfo
from tf_docker_check.model.text import one_line

MOST_NAMED = 5
"""Cells that a note names."""

H = TypeVar("H", bound=Hashable)


def merge(*documents: Results) -> Results:
    """Merge documents: every cell once, in its newest attempt.

    Of equal attempts the last given wins, and controls lose to other cells. Cells and exclusions are sorted
    by id, versions by number. The grouping of documents does not matter, and merging the same document twice
    changes nothing.
    """
    newest: dict[str, CellResult] = {}
    for cell in (cell for document in documents for cell in document.cells):
        if cell.id not in newest or _standing(cell) >= _standing(newest[cell.id]):
            newest[cell.id] = cell
    return Results(
        run=_run([document.run for document in documents]),
        engines=_once(engine for document in documents for engine in document.engines),
        cells=tuple(sorted(newest.values(), key=lambda result: natural(result.cell))),
        excluded=tuple(
            sorted(
                _once(excluded for document in documents for excluded in document.excluded),
                key=lambda excluded: (natural(excluded.cell), excluded.reason, excluded.cause),
            )
        ),
        notes=_once(note for document in documents for note in document.notes),
    )


def replaced_notes(documents: Mapping[str, Results]) -> list[str]:
    """Return a note for each document of which `merge` drops results for others of the same cells.

    *documents* by the names that the notes have. An older attempt at a cell of the same commit, and a control
    that another document has as a cell, are no loss.
    """
    kept: dict[str, tuple[str, Results, CellResult]] = {}
    lost: dict[tuple[str, str], list[str]] = {}
    for name, document in documents.items():
        for cell in document.cells:
            before = kept.get(cell.id)
            if before and _standing(cell) < _standing(before[2]):
                loser, winner = (name, document, cell), before
            else:
                kept[cell.id] = winner = (name, document, cell)
                loser = before or winner
            if _is_loss(loser, winner):
                lost.setdefault((loser[0], winner[0]), []).append(cell.id)
    return [_replaced(loser, winner, ids) for (loser, winner), ids in lost.items()]


def _is_loss(loser: tuple[str, Results, CellResult], winner: tuple[str, Results, CellResult]) -> bool:
    (_, dropped, lost), (_, used, cell) = loser, winner
    other = (dropped.run.project, dropped.run.commit) != (used.run.project, used.run.commit)
    return lost != cell and not lost.base.added and (other or lost.attempt == cell.attempt)


def _replaced(loser: str, winner: str, ids: Sequence[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    count = "a result is" if len(ids) == 1 else f"{len(ids)} results are"
    return (
        f"{one_line(loser, 200)}: {count} not shown, for {one_line(winner, 200)} has the same cells: "
        f"{one_line(', '.join(ids[:MOST_NAMED]), 600)}{more}; to see both, report one file at a time"
    )


def _standing(cell: CellResult) -> tuple[bool, int]:
    return not cell.base.added, cell.attempt


def natural(cell: Cell) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Return a sort key by which 2.9 comes before 2.21."""
    return tuple(_pieces(part) for part in (cell.strategy, cell.tensorflow, cell.python, cell.runner))


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[tuple[int, int, str], ...]:
    """Split into text and numbers, which compare by length first: they may be too long for `int`."""
    pieces = re.findall(r"0*([0-9]+)|([^0-9]+)", text)
    return tuple((0, len(number), number) if number else (1, 0, word) for number, word in pieces)


def _run(runs: list[RunInfo]) -> RunInfo:
    """Merge the runs of parallel jobs: earliest start, longest duration, otherwise the last."""

    def last(name: str) -> str:
        return next((value for run in reversed(runs) if (value := getattr(run, name))), "")

    return RunInfo(
        tool=last("tool"),
        started=min((run.started for run in runs if run.started), default=""),
        seconds=max((run.seconds for run in runs), default=0.0),
        project=last("project"),
        commit=last("commit"),
        run_id=last("run_id"),
    )


def _once(items: Iterable[H]) -> tuple[H, ...]:
    return tuple(dict.fromkeys(items))
