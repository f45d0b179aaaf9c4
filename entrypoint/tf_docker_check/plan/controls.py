"""Each cell's control: the cell that checks the image underneath, of the matrix or added to it."""

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
    """*plan* with what each cell stands on told, and with the controls that the matrix has not at its end.

    A control that the matrix leaves out (`exclude`, `include`) stays left out, but is named: another
    run's results may have it. Nothing is added where ``baseline.control`` is false. Dockerfiles are
    read from *project*.
    """
    strategies = {strategy.name: strategy for strategy in config.known}
    taken = {cell.id for cell in (*(p.cell for p in plan.cells), *(e.cell for e in plan.excluded))}
    cells = list(plan.cells)
    known = {(each.recipe.key, each.cell.runner): each.cell for each in reversed(cells) if not each.skip}
    for number, each in enumerate(cells):  # grows on the way: a control can stand on another
        strategy = strategies.get(each.cell.strategy)
        if strategy is None:  # a base image that was added here
            continue
        line = lineage(strategy, config.known)
        recipe = None if each.skip else _underneath(each.recipe, line, config.platform, project)
        control = known.get((recipe.key, each.cell.runner)) if recipe else None
        if recipe and not control and _has_tensorflow(recipe, line[1:]):
            added = _added(each, strategy, recipe)
            control = known[recipe.key, each.cell.runner] = added.cell
            if config.control and control.id not in taken:
                taken.add(control.id)
                cells.append(added)
        cells[number] = replace(each, base=_ground(each, line, control))
    return replace(plan, cells=tuple(cells))


def _ground(each: PlannedCell, line: Sequence[Strategy], control: Cell | None) -> CellBase:
    return replace(
        each.base,
        control=control.id if control else "",
        untouched=_untouched(line, each.cell),
        dockerfile=line[0].dockerfile.path if line[0].dockerfile else "",
    )


def _underneath(recipe: Recipe, line: Sequence[Strategy], platform: str, project: Path) -> Recipe | None:
    """The recipe of the image that *recipe* adds to; None where that is no image with a TensorFlow."""
    if recipe.parent or not recipe.builds:
        return recipe.parent
    base = recipe.base or (_from(recipe.user, platform, project) if recipe.user else "")
    return Recipe(base, platform=platform) if line[0].on or known(base).is_official else None


def _from(user: UserDockerfile, platform: str, project: Path) -> str:
    """The image that a Dockerfile stands on by its own FROM; empty where it does not say."""
    text = read_text(project, user.path, lambda _: None)
    try:
        stages = read_stages(text or "", dict(user.build_args), platform=platform, file=user.path)
        return base_stage(stages, user.target).image
    except UsageError:
        return ""


def _has_tensorflow(recipe: Recipe, below: Sequence[Strategy]) -> bool:
    """Whether the image of *recipe*, which the strategies *below* make, is to hold a TensorFlow.

    Without one it is no control: every check would fail in it.
    """
    return known(recipe.base).is_official or any(
        part.dockerfile or TENSORFLOW in part.image or tensorflow_requirements(part.install) for part in below
    )


def _added(each: PlannedCell, strategy: Strategy, recipe: Recipe) -> PlannedCell:
    """The control of *each*, checked as *each* is but for the TensorFlow that it promises."""
    if strategy.on:
        cell, untouched = replace(each.cell, strategy=strategy.on), False  # told when its turn comes
    else:
        name = f"base-of-{strategy.name}"
        cell, untouched = Cell(name, known(recipe.base).promised_tensorflow, "", each.cell.runner), True
    return replace(each, cell=cell, recipe=recipe, base=CellBase(untouched=untouched, added=True))


def _untouched(line: Sequence[Strategy], cell: Cell) -> bool:
    """Whether it is a published image, or TensorFlow alone installed on one."""
    base = fill(line[-1].image, cell)
    installed = [requirement for part in line for requirement in requirements(part, cell)]
    return (
        not any(part.dockerfile for part in line)
        and len(tensorflow_requirements(installed)) == len(installed)
        and known(base).family in {"official", "python"}
    )
