"""Which cells run, with what promise and limit, and what each needs built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tf_docker_check.matrix.expand import expand, promises_gpu
from tf_docker_check.matrix.selector import Pattern
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.recipe.template import recipe_for


def make_plan(
    config: Config, no_gpu: Mapping[str, str] | None = None, requirements: Sequence[str] = ()
) -> Plan:
    """The plan for *config*.

    *no_gpu* says of runners by name why they cannot offer a GPU; others are taken at their word.
    *requirements* are the project's requirement lines, for the version `auto`. Raises UsageError
    for versions, images and requirements that are none, and above ``max-cells``.
    """
    expansion = expand(config, requirements)
    cells = tuple(_planned(cell, config, no_gpu or {}) for cell in expansion.cells)
    notes = (*config.notes, *expansion.notes)
    if not cells:
        notes = (*notes, "there is nothing to check: every cell is excluded")
    return Plan(cells, expansion.excluded, notes)


def _planned(cell: Cell, config: Config, no_gpu: Mapping[str, str]) -> PlannedCell:
    strategy = next(strategy for strategy in config.strategies if strategy.name == cell.strategy)
    runner = next(runner for runner in config.runners if runner.name == cell.runner)
    gpu = runner.gpu if promises_gpu(strategy, config.known) else Gpu.OFF
    skip = no_gpu.get(runner.name, "") if gpu is Gpu.REQUIRE else ""
    return PlannedCell(cell, recipe_for(strategy, cell, config), gpu, _timeout(cell, config), skip)


def _timeout(cell: Cell, config: Config) -> int:
    """Seconds for the cell's checks: of the patterns that match, the last one's."""
    matching = [seconds for pattern, seconds in config.timeouts if Pattern(pattern)(cell)]
    return matching[-1] if matching else config.limits.check_seconds
