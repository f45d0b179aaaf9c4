"""Decide whose fault a failure is, by the cell's control and by the same cell on other runners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.changes import find_changes
from tf_docker_check.diagnose.lines import add_lines
from tf_docker_check.model.blame import Blame, Change, FaultOwner
from tf_docker_check.model.failure import BUILD, failure_of
from tf_docker_check.model.observation import COMMAND, WORKERS, BuildResult
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.resources import knowledge

DEEPEST = 8
"""The longest chain of controls: longer than real ones, and a limit for cycles in untrusted results."""


@dataclass(frozen=True)
class Matrix:
    """The cells by id, and by image id and GPU policy, which cells of different runners share."""

    by_id: Mapping[str, CellResult]
    by_image: Mapping[tuple[str, str], Sequence[CellResult]]

    @classmethod
    def of(cls, results: Results) -> Matrix:
        """Index *results* once, so that blame stays linear in the number of cells."""
        by_id = {cell.id: cell for cell in results.cells}
        by_image: dict[tuple[str, str], list[CellResult]] = {}
        for cell in by_id.values():
            by_image.setdefault((cell.cell.image_id, cell.gpu), []).append(cell)
        return cls(by_id, by_image)


def assign_blame(results: Results) -> Results:
    """Return *results* with the blame of every failed cell, where it is known."""
    cells = Matrix.of(results)
    return replace(results, cells=tuple(replace(cell, blame=blame(cell, cells)) for cell in results.cells))


def blame(cell: CellResult, cells: Matrix, deepest: int = DEEPEST) -> Blame | None:
    """Return whose fault the failure of *cell* is, by all *cells* of the matrix; None if unknown.

    Controls of controls are followed *deepest* levels down.
    """
    if cell.status is not Status.FAILED or knowledge.lies_with(_cause(cell)) == knowledge.QUESTION:
        return None
    control = cells.by_id.get(cell.base.control)
    verdict = _blame_untouched(cell) if cell.base.untouched else None
    if control:
        verdict = _blame_by_control(cell, control, cells, deepest)
    return _blame_configuration(cell) or _blame_runner(cell, control, cells) or verdict


def _blame_runner(cell: CellResult, control: CellResult | None, cells: Matrix) -> Blame | None:
    """Blame the runner where the same check passes on another one, with the same GPU policy."""
    check = _first_failure(cell)
    for other in cells.by_image[cell.cell.image_id, cell.gpu]:
        if other.cell.runner == cell.cell.runner or not _passes(other, check):
            continue
        other_control = cells.by_id.get(other.base.control)
        one_image = cell.image and other.image and cell.image.id == other.image.id
        if one_image:
            why = f"the same image passes this check on the runner `{other.cell.runner}`"
        elif control and other_control and _fails_alike(control, cell) and _passes(other_control, check):
            why = f"it and its control `{control.id}` fail here and pass on the runner `{other.cell.runner}`"
        else:
            continue
        return Blame(FaultOwner.RUNNER, f"{why}: look at the runner `{cell.cell.runner}`")
    return None


def _blame_configuration(cell: CellResult) -> Blame | None:
    """Blame the configuration where it sets the limit that is too small."""
    cause = knowledge.causes().get(_cause(cell))
    option = cause.limited_by if cause else ""
    limit = cell.limits.get(option)
    if not limit:
        return None
    why = f"`run-options: {{{option}: {limit}}}` of the configuration sets the limit that is too small here"
    return Blame(FaultOwner.CONFIGURATION, why)


def _blame_untouched(cell: CellResult) -> Blame:
    """Blame upstream for an unmodified image only where its content is proven at fault."""
    place = knowledge.lies_with(_cause(cell))
    if place == knowledge.IMAGE or (not place and _has_own_reason(cell)):
        return Blame(FaultOwner.UPSTREAM, "nothing of yours is in this image")
    if place:
        return Blame(
            FaultOwner.RUNNER, "nothing of yours is in this image, and the cause lies with the machine"
        )
    return Blame(
        FaultOwner.NOT_YOURS,
        "nothing of yours is in this image; nothing shows whether it or the machine is at fault",
    )


def _has_own_reason(cell: CellResult) -> bool:
    """Return whether a check in the image's own container gave a reason, and was not just killed."""
    failed = next((check for check in cell.checks if check.status is Status.FAILED), None)
    return failed is not None and failed.death is None and not failed.name.startswith((COMMAND, WORKERS))


def _blame_by_control(cell: CellResult, control: CellResult, cells: Matrix, deepest: int) -> Blame | None:
    check, name = _first_failure(cell), f"`{control.id}`"
    if check == BUILD and control.image:
        line = _failing_line(cell.build)
        return Blame(
            FaultOwner.YOURS, f"the image underneath, {name}, is there: your layers{line} do not build"
        )
    if _passes(control, check):
        why = f"its control {name} passes the same check: the change is in your layers"
        return Blame(FaultOwner.YOURS, why, _with_lines(find_changes(control, cell), cell))
    if (
        control.status is not Status.FAILED
        or check.startswith((COMMAND, WORKERS))
        or not _fails_alike(control, cell)
    ):
        return None
    below = blame(control, cells, deepest - 1) if deepest else None
    owner = below.owner if below else FaultOwner.NOT_YOURS
    where = {
        FaultOwner.YOURS: "the change is in the layers of that one",
        FaultOwner.RUNNER: "it is not your layers, and the cause lies with the machine",
        FaultOwner.NOT_YOURS: "it is not your layers; nothing shows whether the image or the machine is at fault",
    }.get(owner, "it is not your layers")
    return Blame(owner, f"its control {name} fails in the same way: {where}")


def _with_lines(changes: tuple[Change, ...], cell: CellResult) -> tuple[Change, ...]:
    """Return *changes* with the lines of the user's Dockerfile, if there is one."""
    if not cell.build or not cell.base.dockerfile:
        return changes
    return add_lines(changes, cell.build.dockerfile)


def _fails_alike(one: CellResult, other: CellResult) -> bool:
    """Return whether both failed alike: by the same cause, else by the same text in the same check."""
    return one.status is Status.FAILED and failure_of(one) == failure_of(other)


def _passes(cell: CellResult, name: str) -> bool:
    if name == BUILD:
        return cell.image is not None
    return any(check.name == name and check.status is Status.PASSED for check in cell.checks)


def _first_failure(cell: CellResult) -> str:
    """Return what failed first: the build, or a check's name."""
    if cell.image is None:
        return BUILD
    return next((check.name for check in cell.checks if check.status is Status.FAILED), "")


def _cause(cell: CellResult) -> str:
    return cell.findings[0].cause if cell.findings else ""


def _failing_line(build: BuildResult | None) -> str:
    line = next((step.line for step in build.steps if step.error), 0) if build else 0
    return f", line {line}," if line else ""
