"""Which cells a night has to check, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tf_docker_check.model.config import Config
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.status import Status
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night import Record
from tf_docker_check.nightly.watch import UpstreamChanges


def select_due_cells(plan: Plan, upstream: UpstreamChanges, past: History, config: Config) -> dict[str, str]:
    """Return why each cell that is due has to be checked, by its id."""
    with_verdict = {record.cell for record in past.records if record.result in {"passed", "failed"}}
    unsettled = unsettled_cells(past.records, config.nightly.close_after)
    return due_cells(plan.cells, upstream.moved, unsettled, with_verdict)


def unsettled_cells(records: Collection[Record], close_after: int) -> frozenset[str]:
    """Cells whose failure is not over: fewer than *close_after* good nights since, or not judged last."""
    good: dict[str, int] = {}
    for record in records:
        if record.result in {Status.FAILED.value, Status.ERRORED.value}:
            good[record.cell] = 0
        elif record.result == Status.PASSED.value and record.cell in good:
            good[record.cell] += 1
    return frozenset(cell for cell, count in good.items() if count < close_after)


def due_cells(
    cells: Collection[PlannedCell],
    moved: Mapping[str, str],
    unsettled: Collection[str],
    with_verdict: Collection[str],
) -> dict[str, str]:
    """Why each cell is to be checked, by id; those that are not there need not be.

    `moved`: what moved of what a cell is made of, by its id. `unsettled`: cells of failures that
    are not over. `with_verdict`: cells that the history has a verdict for.
    """
    reasons: dict[str, str] = {}
    for planned in cells:
        cell = planned.cell.id
        if planned.skip:
            continue
        if cell in moved:
            reasons[cell] = moved[cell]
        elif cell in unsettled:
            reasons[cell] = "it failed, and was not seen to be well for long enough"
        elif cell not in with_verdict:
            reasons[cell] = "it has never been checked"
    controls = {planned.base.control for planned in cells if planned.cell.id in reasons}
    return reasons | dict.fromkeys(controls - {"", *reasons}, "the control of what is checked")
