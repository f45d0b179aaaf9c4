"""Compare two results: which cells broke, recovered or fail for another cause, and what else changed."""

from __future__ import annotations

from tf_docker_check.diagnose.changes import find_changes
from tf_docker_check.model.drift import DRIFT_VERSION, CellDrift, Change, Drift
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status

ORDER = ("broke", "cause", "errored", "recovered", "gone", "appeared", "changed")


def drift(before: Results, after: Results, names: tuple[str, str]) -> Drift:
    """Compare *before* with *after*; cells without a difference are left out.

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
        return CellDrift(old.id, "gone", before=describe_end(old))
    if old is None:
        return CellDrift(new.id, "appeared", after=describe_end(new))
    made = tuple(
        Change("inside", change.name, change.before, change.after) for change in find_changes(old, new)
    )
    outer = tuple(
        Change("image", name, before, after)
        for name, before, after in (
            ("digest", _digest(old), _digest(new)),
            ("entrypoint", *map(_entrypoint, (old, new))),
            ("user", *map(_user, (old, new))),
            ("size", _size(old), _size(new)),
        )
        if before and after and before != after
    )
    return CellDrift(
        new.id, _how(old, new, (*made, *outer)), describe_end(old), describe_end(new), (*made, *outer)
    )


def describe_end(cell: CellResult) -> str:
    """Describe how *cell* ended: ``passed``, ``failed: numpy-abi``."""
    cause = cell.findings[0].cause if cell.findings else ""
    return f"{cell.status}: {cause}" if cause and cell.status is not Status.PASSED else cell.status.value


def _how(old: CellResult, new: CellResult, made: tuple[Change, ...]) -> str:
    if describe_end(old) == describe_end(new):
        return "changed" if made else ""
    if new.status is Status.FAILED:
        return "cause" if old.status is Status.FAILED else "broke"
    if new.status is Status.PASSED:
        return "recovered"
    return "gone" if new.status is Status.SKIPPED else "errored"


def _digest(cell: CellResult) -> str:
    return cell.build.base_digest if cell.build else ""


def _entrypoint(cell: CellResult) -> str:
    return " ".join(cell.image.entrypoint) if cell.image else ""


def _user(cell: CellResult) -> str:
    return cell.image.user if cell.image else ""


def _size(cell: CellResult) -> str:
    return f"{cell.image.size / 1e6:.0f} MB" if cell.image and cell.image.size else ""
