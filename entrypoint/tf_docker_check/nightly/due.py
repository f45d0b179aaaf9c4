"""Select the cells that a nightly run has to check."""

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
    """Return cells whose failure may not be over.

    They passed in fewer than *close_after* nights since, or errored last.
    """
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
    """Return why each due cell has to be checked, by id.

    `moved`: what changed upstream for a cell, by its id. `unsettled`: cells whose failure may not be over.
    `with_verdict`: cells that have passed or failed before.
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
