"""Which cells a night has to check, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tf_docker_check.model.nightly import Moved, Tag
from tf_docker_check.model.recipe import PlannedCell

_SETTLED = frozenset({Moved.SAME, Moved.UNKNOWN})


def due(
    cells: Collection[PlannedCell],
    moved: Mapping[str, str],
    unsettled: Collection[str],
    judged: Collection[str],
) -> dict[str, str]:
    """Why each cell is to be checked, by id; those that are not there need not be.

    `moved`: what moved of what a cell is made of, by its id. `unsettled`: cells of failures that
    are not over. `judged`: cells that the history has a verdict for.
    """
    found: dict[str, str] = {}
    for planned in cells:
        cell = planned.cell.id
        if planned.skip:
            continue
        if cell in moved:
            found[cell] = moved[cell]
        elif cell in unsettled:
            found[cell] = "it failed, and was not seen to be well for long enough"
        elif cell not in judged:
            found[cell] = "it was never judged"
    controls = {planned.ground.control for planned in cells if planned.cell.id in found}
    return found | dict.fromkeys(controls - {"", *found}, "the control of what is checked")


def words(tag: Tag | None, packages: tuple[str, ...]) -> str:
    """What moved of an image that stands on *tag* and whose pip *packages* moved; empty: nothing."""
    said = [] if tag is None or tag.moved in _SETTLED else [f"{tag.reference}: {tag.moved}"]
    more = f" and {len(packages) - 3} more" if len(packages) > 3 else ""
    return "; ".join([*said, *([", ".join(packages[:3]) + more] if packages else [])])
