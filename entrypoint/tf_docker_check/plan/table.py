"""The plan as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tf_docker_check.model.prediction import Verdict
from tf_docker_check.model.recipe import Excluded, Plan, PlannedCell, Recipe
from tf_docker_check.model.text import columns, one_line

NAMED = 4
"""Cells that are named for one reason; of more, the number is told."""


def plan_table(plan: Plan) -> str:
    """Cells with their image and build, what is left out and why, and the sum of it."""
    numbers = {recipe.key: number for number, recipe in enumerate(_built(plan), 1)}
    rows = [("CELL", "GPU", "BUILD", "IMAGE"), *(_row(planned, numbers) for planned in plan.cells)]
    lines = [*columns(rows), ""]
    if marked := list(_predicted(plan.cells)):
        lines += ["Predicted to fail:", *marked, ""]
    if plan.excluded:
        lines += ["Left out:", *_excluded(plan.excluded), ""]
    return "\n".join([*lines, _sum(plan, len(numbers))])


def _built(plan: Plan) -> list[Recipe]:
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


def _predicted(cells: Sequence[PlannedCell]) -> Iterator[str]:
    """The cells that will fail by what is foretold: surely, or likely where it rests on second-hand facts."""
    return _by_reason(
        (f"{'surely' if one.sure else 'likely'}, {one.reason}", planned.cell.id)
        for planned in cells
        if (one := planned.predicted) and one.verdict is Verdict.FAILS
    )


def _excluded(excluded: Sequence[Excluded]) -> Iterator[str]:
    return _by_reason((one.reason, one.cell.id) for one in excluded)


def _by_reason(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One line for each reason, so that a version or runner more does not double them."""
    reasons: dict[str, list[str]] = {}
    for reason, cell in pairs:
        reasons.setdefault(reason, []).append(cell)
    for reason, cells in reasons.items():
        more = f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
        yield f"  {one_line(', '.join(cells[:NAMED]) + more)}: {one_line(reason)}"


def _sum(plan: Plan, builds: int) -> str:
    skipped = sum(bool(planned.skip) for planned in plan.cells)
    controls = sum(planned.base.added for planned in plan.cells)
    parts = [_count(len(plan.cells) - controls, "cell"), _count(builds, "build")]
    parts += [_count(controls, "control")] if controls else []
    parts += [f"{skipped} skipped"] if skipped else []
    parts += [f"{len(plan.excluded)} left out"] if plan.excluded else []
    return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
