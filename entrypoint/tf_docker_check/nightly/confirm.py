"""Decide whether a failure is a regression: it must be the image's fault, and repeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.model.blame import FaultOwner
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.nightly.night_report import Confirmation
from tf_docker_check.nightly.watch import UpstreamChanges
from tf_docker_check.resources import knowledge

Check = Callable[[Sequence[PlannedCell], Lock], Sequence[CellResult]]
"""Builds and checks cells with images as locked, pulled afresh."""


@dataclass(frozen=True)
class ConfirmedCell:
    """A cell after its repetitions; if the failure was confirmed, `cell` is the last repetition."""

    cell: CellResult
    confirmation: Confirmation | None = None  # None: it did not fail for its image's sake

    @property
    def history_status(self) -> str:
        """Return the status for the history, in which an unconfirmed failure is no failure."""
        if self.confirmation is Confirmation.FLAKY:
            return Status.PASSED.value
        if self.confirmation is Confirmation.UNDECIDED or is_infrastructure(self.cell):
            return Status.ERRORED.value
        return self.cell.status.value


def is_infrastructure(cell: CellResult) -> bool:
    """Return whether *cell* says nothing about its image: it errored, or failed because of the machine.

    The result of a comparison with other cells outranks where such causes usually lie.
    """
    if cell.status is not Status.FAILED:
        return cell.status is Status.ERRORED
    if cell.blame is not None and cell.blame.owner is not FaultOwner.NOT_YOURS:
        return cell.blame.owner in (FaultOwner.RUNNER, FaultOwner.CONFIGURATION)
    place = knowledge.lies_with(cell.findings[0].cause) if cell.findings else ""
    return place not in ("", knowledge.IMAGE, knowledge.QUESTION)


def is_image_failure(cell: CellResult) -> bool:
    """Return whether *cell* failed because of its image."""
    return cell.status is Status.FAILED and not is_infrastructure(cell)


def confirm_failures(
    plan: Plan, cells: Sequence[CellResult], upstream: UpstreamChanges, check: Check, repeats: int
) -> tuple[ConfirmedCell, ...]:
    """Check the cells that failed because of their image again, *repeats* times each."""
    suspects = {cell.id for cell in cells if is_image_failure(cell) and not cell.known}
    planned = [cell for cell in plan.cells if cell.cell.id in suspects]
    repetitions: dict[str, list[CellResult]] = {cell: [] for cell in suspects}
    for _ in range(repeats if planned else 0):
        for cell in check(planned, upstream.lock):
            if cell.id in repetitions:
                repetitions[cell.id].append(cell)
    return tuple(_confirm_cell(cell, repetitions.get(cell.id)) for cell in cells)


def without_confirmation(
    plan: Plan, cells: Sequence[CellResult], upstream: UpstreamChanges
) -> tuple[ConfirmedCell, ...]:
    """Return the cells that an interrupted run had finished; their failures are not certain."""
    finished = [cell for cell in cells if cell.status is not Status.ERRORED]
    return confirm_failures(plan, finished, upstream, lambda *_: (), 0)


def confirm(repeats: Sequence[CellResult]) -> Confirmation:
    """Return what *repeats* of a failed cell, each with a fresh pull, say about its failure."""
    if any(cell.status is Status.PASSED for cell in repeats):
        return Confirmation.FLAKY
    return (
        Confirmation.CONFIRMED if repeats and all(map(is_image_failure, repeats)) else Confirmation.UNDECIDED
    )


def _confirm_cell(cell: CellResult, repeats: list[CellResult] | None) -> ConfirmedCell:
    if repeats is None:
        return ConfirmedCell(cell)
    confirmation = confirm(repeats)
    if confirmation is not Confirmation.CONFIRMED or not repeats:
        return ConfirmedCell(cell, confirmation)
    return ConfirmedCell(replace(repeats[-1], blame=cell.blame, base=cell.base), confirmation)
