"""What is predicted: of images on described hosts, and of a plan's cells on the machines they run on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tf_docker_check.matrix.expand import architecture, expand, promises_gpu
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Strategy
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.prediction import Prediction
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.template import user_dockerfile
from tf_docker_check.predict.predict import predict_on
from tf_docker_check.predict.subject import Pip
from tf_docker_check.resources.hosts import Host

MOST = 20_000
"""Cells of one forecast."""


@dataclass(frozen=True)
class Foreseer:
    """Predicts for the cells of one project. UsageError for a Dockerfile that cannot be read."""

    config: Config
    project: Path

    def __call__(self, cell: Cell, hosts: Sequence[tuple[Host, Gpu]]) -> tuple[Prediction, ...]:
        """How *cell* will end on each of *hosts*, where it makes the promise beside it."""
        line, pip = self._line(cell)
        machine = architecture(self.config.platform)
        return predict_on(cell, line, hosts, architecture=machine, pip=pip)

    def strategy(self, cell: Cell) -> Strategy:
        """The cell's own."""
        return next(one for one in self.config.known if one.name == cell.strategy)

    def _line(self, cell: Cell) -> tuple[tuple[Strategy, ...], Pip]:
        top, *below = lineage(self.strategy(cell), self.config.known)
        if top.dockerfile is None:
            return (top, *below), Pip.OWN
        from tf_docker_check.build.text import read_dockerfile  # noqa: PLC0415 - parsing Dockerfiles is
        from tf_docker_check.predict.written import as_written  # noqa: PLC0415 - slow to import

        user = user_dockerfile(top.dockerfile, cell)
        text = read_dockerfile(self.project, user)
        told, pip = as_written(
            replace(top, dockerfile=user), text, self.config.platform, self.config.requirements
        )
        return (told, *below), pip


def images(config: Config) -> tuple[Cell, ...]:
    """What the configuration asks for, possible or not, each image once; the runner is empty.

    ``max-cells`` bounds what is run; of predictions there may be more.
    """
    roomy = replace(config, limits=replace(config.limits, max_cells=MOST))
    expansion = expand(roomy, config.requirements)
    cells = (*expansion.cells, *(excluded.cell for excluded in expansion.excluded if excluded.cause))
    order = {strategy.name: number for number, strategy in enumerate(config.strategies)}
    found = dict.fromkeys(replace(cell, runner="") for cell in cells)
    return tuple(
        sorted(found, key=lambda one: (order[one.strategy], _numbers(one.tensorflow), _numbers(one.python)))
    )


def _numbers(version: str) -> list[int]:
    """A key under which 2.9 comes before 2.21, and what is no version first."""
    return [int(number) for number in re.findall(r"\d+", version)]


def forecast(
    config: Config, project: Path, hosts: Sequence[Host]
) -> tuple[tuple[Cell, tuple[Prediction, ...]], ...]:
    """Every image of the configuration with its prediction for each of *hosts*, in their order.

    An image that promises a GPU is held to it where the host has one.
    """
    foresee = Foreseer(config, project)
    static = any(runner.gpu is Gpu.STATIC for runner in config.runners)
    without = Gpu.STATIC if static else Gpu.OFF

    def promises(strategy: Strategy) -> tuple[tuple[Host, Gpu], ...]:
        if not promises_gpu(strategy, config.known):
            return tuple((host, Gpu.OFF) for host in hosts)
        return tuple((host, Gpu.REQUIRE if host.gpus else without) for host in hosts)

    held = {strategy.name: promises(strategy) for strategy in config.strategies}
    return tuple((cell, foresee(cell, held[cell.strategy])) for cell in images(config))


def foreseen(config: Config, plan: Plan, project: Path, machine: Callable[[str], Host]) -> Plan:
    """*plan* with a prediction for every cell that will run. `machine`: that of a runner, by its name.

    Of strategies that the configuration does not have, such as images added for comparison, nothing is said.
    """
    foresee = Foreseer(config, project)
    known = {strategy.name for strategy in config.known}
    machines: Mapping[str, Host] = {runner.name: machine(runner.name) for runner in config.runners}

    def with_prediction(planned: PlannedCell) -> PlannedCell:
        if planned.skip or planned.cell.strategy not in known:
            return planned
        [found] = foresee(planned.cell, ((machines[planned.cell.runner], planned.gpu),))
        return replace(planned, predicted=found.short)

    return replace(plan, cells=tuple(with_prediction(planned) for planned in plan.cells))
