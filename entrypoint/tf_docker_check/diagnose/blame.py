"""Whose fault a failure is: the cell beside its control, and beside the same cell on other runners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.changes import changes
from tf_docker_check.diagnose.lines import located
from tf_docker_check.model.blame import Blame, Change, FaultOwner
from tf_docker_check.model.failure import BUILD, failure_of
from tf_docker_check.model.observation import BuildResult
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.resources import knowledge

DEEPEST = 8
"""Images that stand on each other: more than people make, and an end to circles in a stranger's results."""

COMMAND = "command: "


@dataclass(frozen=True)
class Matrix:
    """The cells by id, and by what they share where only their runners differ: image id and GPU promise."""

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


def blamed(results: Results) -> Results:
    """*results* with the blame of every cell that failed, as far as its cells tell it."""
    cells = Matrix.of(results)
    return replace(results, cells=tuple(replace(cell, blame=blame(cell, cells)) for cell in results.cells))


def blame(cell: CellResult, cells: Matrix, deepest: int = DEEPEST) -> Blame | None:
    """Whose fault it is that *cell* failed, by all *cells* of the matrix; None where that is not known.

    A control's control, and so on, is looked at *deepest* images down.
    """
    if cell.status is not Status.FAILED or knowledge.lies_with(_cause(cell)) == knowledge.QUESTION:
        return None
    control = cells.by_id.get(cell.base.control)
    beside = _alone(cell) if cell.base.untouched else None
    if control:
        beside = _beside(cell, control, cells, deepest)
    return _configured(cell) or _elsewhere(cell, control, cells) or beside


def _elsewhere(cell: CellResult, control: CellResult | None, cells: Matrix) -> Blame | None:
    """The runner is at fault where the same passes on another one, under the same promise of a GPU."""
    rung = _rung(cell)
    for other in cells.by_image[cell.cell.image_id, cell.gpu]:
        if other.cell.runner == cell.cell.runner or not _passes(other, rung):
            continue
        there = cells.by_id.get(other.base.control)
        one_image = cell.image and other.image and cell.image.id == other.image.id
        if one_image:
            why = f"the same image passes this check on the runner `{other.cell.runner}`"
        elif control and there and _alike(control, cell) and _passes(there, rung):
            why = f"it and its control `{control.id}` fail here and pass on the runner `{other.cell.runner}`"
        else:
            continue
        return Blame(FaultOwner.RUNNER, f"{why}: look at the runner `{cell.cell.runner}`")
    return None


def _configured(cell: CellResult) -> Blame | None:
    """The configuration is at fault where the limit that is too small is one that it sets."""
    cause = knowledge.causes().get(_cause(cell))
    option = cause.limited_by if cause else ""
    limit = cell.limits.get(option)
    if not limit:
        return None
    why = f"`run-options: {{{option}: {limit}}}` of the configuration sets the limit that is too small here"
    return Blame(FaultOwner.CONFIGURATION, why)


def _alone(cell: CellResult) -> Blame:
    """An image with nothing of the user's in it: upstream's only where its own content is shown to be at fault."""
    place = knowledge.lies_with(_cause(cell))
    if place == knowledge.IMAGE or (not place and _speaks_for_itself(cell)):
        return Blame(FaultOwner.UPSTREAM, "nothing of yours is in this image")
    if place:
        return Blame(
            FaultOwner.RUNNER, "nothing of yours is in this image, and the cause lies with the machine"
        )
    return Blame(
        FaultOwner.NOT_YOURS,
        "nothing of yours is in this image; nothing shows whether it or the machine is at fault",
    )


def _speaks_for_itself(cell: CellResult) -> bool:
    """Whether a check in the image's own container told what was wrong, and did not only end."""
    failed = next((check for check in cell.checks if check.status is Status.FAILED), None)
    return failed is not None and failed.death is None and not failed.name.startswith(COMMAND)


def _beside(cell: CellResult, control: CellResult, cells: Matrix, deepest: int) -> Blame | None:
    rung, name = _rung(cell), f"`{control.id}`"
    if rung == BUILD and control.image:
        line = _failing_line(cell.build)
        return Blame(
            FaultOwner.YOURS, f"the image underneath, {name}, is there: your layers{line} do not build"
        )
    if _passes(control, rung):
        why = f"its control {name} passes the same check: the change is in your layers"
        return Blame(FaultOwner.YOURS, why, _placed(changes(control, cell), cell))
    if control.status is not Status.FAILED or rung.startswith(COMMAND) or not _alike(control, cell):
        return None
    below = blame(control, cells, deepest - 1) if deepest else None
    whose = below.owner if below else FaultOwner.NOT_YOURS
    where = {
        FaultOwner.YOURS: "the change is in the layers of that one",
        FaultOwner.RUNNER: "it is not your layers, and the cause lies with the machine",
        FaultOwner.NOT_YOURS: "it is not your layers; nothing shows whether the image or the machine is at fault",
    }.get(whose, "it is not your layers")
    return Blame(whose, f"its control {name} fails in the same way: {where}")


def _placed(found: tuple[Change, ...], cell: CellResult) -> tuple[Change, ...]:
    """With the lines of the Dockerfile, where it is the user's own."""
    if not cell.build or not cell.base.dockerfile:
        return found
    return located(found, cell.build.dockerfile)


def _alike(one: CellResult, other: CellResult) -> bool:
    """Whether both failed in the same way: of one cause, or else of the same words in the same check."""
    return one.status is Status.FAILED and failure_of(one) == failure_of(other)


def _passes(cell: CellResult, rung: str) -> bool:
    if rung == BUILD:
        return cell.image is not None
    return any(check.name == rung and check.status is Status.PASSED for check in cell.checks)


def _rung(cell: CellResult) -> str:
    """What failed first: the build, or a check."""
    if cell.image is None:
        return BUILD
    return next((check.name for check in cell.checks if check.status is Status.FAILED), "")


def _cause(cell: CellResult) -> str:
    return cell.findings[0].cause if cell.findings else ""


def _failing_line(build: BuildResult | None) -> str:
    line = next((step.line for step in build.steps if step.error), 0) if build else 0
    return f", line {line}," if line else ""
