"""Several results documents made one."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import TypeVar

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.results import CellResult, Results, RunInfo

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
