"""Find or add the control of each cell: the cell that checks the base image alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.dockerfile.stage import base_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import known
from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.model.template import TENSORFLOW, fill, requirements
from tf_docker_check.plan.reading import read_text
from tf_docker_check.requirements.requirement import tensorflow_requirements


def with_controls(plan: Plan, config: Config, project: Path) -> Plan:
    """Set the base and control of each cell of *plan*, and append controls that the matrix lacks.

    A control that the matrix excludes is not added, but still named: another run may have its result.
    Nothing is added if ``baseline.control`` is false. Dockerfiles are read from *project*.
    """
    strategies = {strategy.name: strategy for strategy in config.known}
    taken = {cell.id for cell in (*(p.cell for p in plan.cells), *(e.cell for e in plan.excluded))}
    cells = list(plan.cells)
    known = {
        (planned.recipe.key, planned.cell.runner): planned.cell
        for planned in reversed(cells)
        if not planned.skip
    }
    for number, planned in enumerate(cells):  # grows during the loop: a control can have a control
        strategy = strategies.get(planned.cell.strategy)
        if strategy is None:  # a base image that was added here
            continue
        line = lineage(strategy, config.known)
        recipe = None if planned.skip else _base_recipe(planned.recipe, line, config.platform, project)
        control = known.get((recipe.key, planned.cell.runner)) if recipe else None
        if recipe and not control and _has_tensorflow(recipe, line[1:]):
            added = _make_control(planned, strategy, recipe)
            control = known[recipe.key, planned.cell.runner] = added.cell
            if config.control and control.id not in taken:
                taken.add(control.id)
                cells.append(added)
        cells[number] = replace(planned, base=_cell_base(planned, line, control))
    return replace(plan, cells=tuple(cells))


def _cell_base(planned: PlannedCell, line: Sequence[Strategy], control: Cell | None) -> CellBase:
    return replace(
        planned.base,
        control=control.id if control else "",
        untouched=_is_untouched(line, planned.cell),
        dockerfile=line[0].dockerfile.path if line[0].dockerfile else "",
    )


def _base_recipe(recipe: Recipe, line: Sequence[Strategy], platform: str, project: Path) -> Recipe | None:
    """Return the recipe of the base image of *recipe*; None if that has no TensorFlow."""
    if recipe.parent or not recipe.builds:
        return recipe.parent
    base = recipe.base or (_from_image(recipe.user, platform, project) if recipe.user else "")
    return Recipe(base, platform=platform) if line[0].on or known(base).is_official else None


def _from_image(user: UserDockerfile, platform: str, project: Path) -> str:
    """Return the base image that a Dockerfile names in FROM; empty if not known."""
    text = read_text(project, user.path, lambda _: None)
    try:
        stages = read_stages(text or "", dict(user.build_args), platform=platform, file=user.path)
        return base_stage(stages, user.target).image
    except UsageError:
        return ""


def _has_tensorflow(recipe: Recipe, below: Sequence[Strategy]) -> bool:
    """Whether the image of *recipe*, which the strategies *below* make, contains TensorFlow.

    Without one it is no control: every check would fail in it.
    """
    return known(recipe.base).is_official or any(
        part.dockerfile or TENSORFLOW in part.image or tensorflow_requirements(part.install) for part in below
    )


def _make_control(planned: PlannedCell, strategy: Strategy, recipe: Recipe) -> PlannedCell:
    """Return the control of *planned*: the same checks without the TensorFlow that it promises."""
    if strategy.on:
        cell, untouched = replace(planned.cell, strategy=strategy.on), False  # set when the loop reaches it
    else:
        name = f"base-of-{strategy.name}"
        cell, untouched = Cell(name, known(recipe.base).promised_tensorflow, "", planned.cell.runner), True
    return replace(planned, cell=cell, recipe=recipe, base=CellBase(untouched=untouched, added=True))


def _is_untouched(line: Sequence[Strategy], cell: Cell) -> bool:
    """Whether the image is published, or adds only TensorFlow to a published one."""
    base = fill(line[-1].image, cell)
    installed = [requirement for part in line for requirement in requirements(part, cell)]
    return (
        not any(part.dockerfile for part in line)
        and len(tensorflow_requirements(installed)) == len(installed)
        and known(base).family in {"official", "python"}
    )
