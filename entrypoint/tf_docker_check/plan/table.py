"""The plan as a text table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tf_docker_check.model.prediction import Verdict
from tf_docker_check.model.recipe import Excluded, Plan, PlannedCell, Recipe
from tf_docker_check.model.text import columns, one_line

NAMED = 4
"""Cells listed per reason; of further ones only the number is shown."""


def plan_table(plan: Plan) -> str:
    """Return the cells with image and build, the excluded cells with reasons, and totals."""
    numbers = {recipe.key: number for number, recipe in enumerate(_recipes_to_build(plan), 1)}
    rows = [("CELL", "GPU", "BUILD", "IMAGE"), *(_row(planned, numbers) for planned in plan.cells)]
    lines = [*columns(rows), ""]
    if marked := list(_predicted_failures(plan.cells)):
        lines += ["Predicted to fail:", *marked, ""]
    if plan.excluded:
        lines += ["Excluded:", *_exclusions(plan.excluded), ""]
    return "\n".join([*lines, plan.counts])


def _recipes_to_build(plan: Plan) -> list[Recipe]:
    return [recipe for recipe in plan.recipes if recipe.builds]


def _row(planned: PlannedCell, numbers: dict[str, int]) -> tuple[str, ...]:
    cell = one_line(planned.cell.id)
    if planned.skip:
        return (cell, str(planned.gpu), "-", f"skipped: {one_line(planned.skip)}")
    number = numbers.get(planned.recipe.key)
    image = _image(planned.recipe, numbers) + (" (control)" if planned.base.added else "")
    return (cell, str(planned.gpu), f"#{number}" if number else "as pulled", image)


def _image(recipe: Recipe, numbers: dict[str, int]) -> str:
    below = f"build #{numbers[recipe.parent.key]}" if recipe.parent else one_line(recipe.base)
    path = one_line(recipe.user.path) if recipe.user else ""
    return f"{path} on {below}" if path and below else path or below


def _predicted_failures(cells: Sequence[PlannedCell]) -> Iterator[str]:
    """Yield the cells predicted to fail: surely, or likely if the prediction uses second-hand facts."""
    return _by_reason(
        (f"{'surely' if one.sure else 'likely'}, {one.reason}", planned.cell.id)
        for planned in cells
        if (one := planned.predicted) and one.verdict is Verdict.FAILS
    )


def _exclusions(excluded: Sequence[Excluded]) -> Iterator[str]:
    return _by_reason((one.reason, one.cell.id) for one in excluded)


def _by_reason(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield one line for each reason, so that lines do not multiply with versions and runners."""
    reasons: dict[str, list[str]] = {}
    for reason, cell in pairs:
        reasons.setdefault(reason, []).append(cell)
    for reason, cells in reasons.items():
        more = f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
        yield f"  {one_line(', '.join(cells[:NAMED]) + more)}: {one_line(reason)}"
