"""Two results compared: which cells broke, recovered, fail in another way, and what else changed in them."""

from __future__ import annotations

from tf_docker_check.diagnose.changes import changes
from tf_docker_check.model.drift import DRIFT_VERSION, CellDrift, Change, Drift
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status

ORDER = ("broke", "cause", "errored", "recovered", "gone", "appeared", "changed")


def drift(before: Results, after: Results, names: tuple[str, str]) -> Drift:
    """What *after* has otherwise than *before*; cells in which nothing differs are left out.

    *names* are what the two are called.
    """
    old, new = ({cell.id: cell for cell in side.cells} for side in (before, after))
    compared = [_cell(old.get(cell), new.get(cell)) for cell in dict.fromkeys([*old, *new])]
    differing = [cell_drift for cell_drift in compared if cell_drift.how]
    return Drift(
        DRIFT_VERSION,
        *names,
        tuple(sorted(differing, key=lambda cell_drift: (ORDER.index(cell_drift.how), cell_drift.id))),
    )


def _cell(old: CellResult | None, new: CellResult | None) -> CellDrift:
    if new is None:
        assert old is not None  # one of the two has it
        return CellDrift(old.id, "gone", before=ended(old))
    if old is None:
        return CellDrift(new.id, "appeared", after=ended(new))
    made = tuple(Change("inside", each.name, each.before, each.after) for each in changes(old, new))
    outer = tuple(
        Change("image", name, before, after)
        for name, before, after in (
            ("digest", _digest(old), _digest(new)),
            ("entrypoint", *(" ".join(each.image.entrypoint) if each.image else "" for each in (old, new))),
            ("user", *(each.image.user if each.image else "" for each in (old, new))),
            ("size", _size(old), _size(new)),
        )
        if before and after and before != after
    )
    return CellDrift(new.id, _how(old, new, (*made, *outer)), ended(old), ended(new), (*made, *outer))


def ended(cell: CellResult) -> str:
    """How *cell* ended: ``passed``, ``failed: numpy-abi``."""
    cause = cell.findings[0].cause if cell.findings else ""
    return f"{cell.status}: {cause}" if cause and cell.status is not Status.PASSED else cell.status.value


def _how(old: CellResult, new: CellResult, made: tuple[Change, ...]) -> str:
    if ended(old) == ended(new):
        return "changed" if made else ""
    if new.status is Status.FAILED:
        return "cause" if old.status is Status.FAILED else "broke"
    if new.status is Status.PASSED:
        return "recovered"
    return "gone" if new.status is Status.SKIPPED else "errored"


def _digest(cell: CellResult) -> str:
    return cell.build.base_digest if cell.build else ""


def _size(cell: CellResult) -> str:
    return f"{cell.image.size / 1e6:.0f} MB" if cell.image and cell.image.size else ""
