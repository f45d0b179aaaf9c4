"""Make the plan: the cells to run, their GPU promise, time limit and recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tf_docker_check.matrix.expand import expand
from tf_docker_check.matrix.selector import Pattern
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu
from tf_docker_check.model.lineage import gpu_policy, lineage
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.recipe.template import recipe_for


def make_plan(
    config: Config, no_gpu: Mapping[str, str] | None = None, requirements: Sequence[str] = ()
) -> Plan:
    """Make the plan for *config*.

    *no_gpu*: runners that cannot offer a GPU, with the reason; other runners are trusted.
    *requirements* are the project's requirement lines, for the version `auto`. Raises UsageError
    for invalid versions, images and requirements, and above ``max-cells``.
    """
    expansion = expand(config, requirements)
    cells = tuple(_plan_cell(cell, config, no_gpu or {}) for cell in expansion.cells)
    notes = (*config.notes, *expansion.notes)
    if not cells:
        notes = (*notes, "nothing to check: every cell is excluded")
    return Plan(cells, expansion.excluded, notes)


def _plan_cell(cell: Cell, config: Config, no_gpu: Mapping[str, str]) -> PlannedCell:
    strategy = next(strategy for strategy in config.strategies if strategy.name == cell.strategy)
    runner = next(runner for runner in config.runners if runner.name == cell.runner)
    gpu = gpu_policy(lineage(strategy, config.known), runner, config.runners)
    skip = no_gpu.get(runner.name, "") if gpu is Gpu.REQUIRE else ""
    return PlannedCell(cell, recipe_for(strategy, cell, config), gpu, _timeout(cell, config), skip)


def _timeout(cell: Cell, config: Config) -> int:
    """Seconds for the cell's checks: of the patterns that match, the last one's."""
    matching = [seconds for pattern, seconds in config.timeouts if Pattern(pattern)(cell)]
    return matching[-1] if matching else config.limits.check_seconds
