"""Predict images on described hosts, and a plan's cells on the machines they will run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from tf_docker_check.matrix.expand import architecture, expand
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Strategy
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.number import numbers
from tf_docker_check.model.prediction import Prediction
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.template import user_dockerfile
from tf_docker_check.plan.requirements import requirement_specs
from tf_docker_check.predict.inspected import Shown, made_for_gpu, shown, subject_of_image
from tf_docker_check.predict.predict import predict_on, predict_subject
from tf_docker_check.predict.subject import read_from_dockerfile
from tf_docker_check.resources.hosts import Host
from tf_docker_check.rules.subject import Pip

MOST = 20_000
"""Cells of one forecast."""

Line = tuple[Strategy, ...]
"""A strategy and those it stands on."""

Promises = Sequence[tuple[Host, Gpu]]
"""Hosts, each with the GPU promise of a cell on it."""


def list_images(config: Config) -> tuple[Cell, ...]:
    """List the configuration's images, possible or not, each once; the runner is empty.

    ``max-cells`` bounds what is run; of predictions there may be more.
    """
    roomy = replace(config, limits=replace(config.limits, max_cells=MOST))
    expansion = expand(roomy, config.requirements)
    cells = (*expansion.cells, *(excluded.cell for excluded in expansion.excluded if excluded.cause))
    order = {strategy.name: number for number, strategy in enumerate(config.strategies)}
    cells_by_image = dict.fromkeys(replace(cell, runner="") for cell in cells)
    return tuple(
        sorted(
            cells_by_image,
            key=lambda one: (order[one.strategy], numbers(one.tensorflow), numbers(one.python)),
        )
    )


def forecast(
    config: Config, project: Path, hosts: Sequence[Host]
) -> tuple[tuple[Cell, tuple[Prediction, ...]], ...]:
    """Predict every image of the configuration for each of *hosts*, in their order.

    An image that promises a GPU is held to it where the host has one. UsageError for a Dockerfile
    that cannot be read.
    """
    without = _without_gpu(config)
    predict = make_predictor(config, project)

    def promises(gpu: bool) -> Promises:
        return tuple((host, (Gpu.REQUIRE if host.gpus else without) if gpu else Gpu.OFF) for host in hosts)

    return tuple((cell, predict(cell, promises)) for cell in list_images(config))


def forecast_inside(
    config: Config, images: Sequence[Inspection], hosts: Sequence[Host]
) -> tuple[tuple[Shown, tuple[Prediction, ...]], ...]:
    """As `forecast`, for inspected images: their contents decide, not their names."""
    without = _without_gpu(config)

    def predicted(image: Inspection) -> Iterator[Prediction]:
        gpu = made_for_gpu(image)
        for host in hosts:
            held = (Gpu.REQUIRE if host.gpus else without) if gpu else Gpu.OFF
            yield predict_subject(subject_of_image(image, held), host)

    return tuple((shown(image), tuple(predicted(image))) for image in images)


def _without_gpu(config: Config) -> Gpu:
    """Return what an image that promises a GPU must do on a host that has none."""
    static = any(runner.gpu is Gpu.STATIC for runner in config.runners)
    return Gpu.STATIC if static else Gpu.OFF


def add_predictions(config: Config, plan: Plan, project: Path, machine: Callable[[str], Host]) -> Plan:
    """Add a prediction to every cell of *plan* that will run. `machine` returns a runner's, by its name.

    Images that were added for comparison count; of what else the configuration does not have, nothing is
    said. UsageError for a Dockerfile that cannot be read.
    """
    known = {strategy.name for strategy in config.known}
    added = {
        planned.cell.strategy: Strategy(planned.cell.strategy, planned.recipe.base)
        for planned in plan.cells
        if planned.cell.strategy not in known and not planned.recipe.builds
    }
    predict = make_predictor(replace(config, bases=(*config.bases, *added.values())), project)
    machines = {runner.name: machine(runner.name) for runner in config.runners}

    def with_prediction(planned: PlannedCell) -> PlannedCell:
        if planned.skip or planned.cell.strategy not in known | added.keys():
            return planned
        promises = ((machines[planned.cell.runner], planned.gpu),)
        [prediction] = predict(planned.cell, lambda _: promises)
        return replace(planned, predicted=prediction.short)

    return replace(plan, cells=tuple(with_prediction(planned) for planned in plan.cells))


def make_predictor(
    config: Config, project: Path
) -> Callable[[Cell, Callable[[bool], Promises]], tuple[Prediction, ...]]:
    """Return a function that predicts a cell for hosts, which may depend on whether it promises a GPU."""
    lines = {strategy.name: lineage(strategy, config.known) for strategy in config.known}
    machine = architecture(config.platform)
    requirements = cache(lambda context: _requirements(config, project, context))

    def predict(cell: Cell, promises: Callable[[bool], Promises]) -> tuple[Prediction, ...]:
        line, pip = lines[cell.strategy], Pip.OWN
        if line[0].dockerfile:
            line, pip = _as_written(line, cell, config, project, requirements)
        hosts = promises(any(part.gpu for part in line))
        return predict_on(cell, line, hosts, architecture=machine, pip=pip)

    return predict


def _requirements(config: Config, project: Path, context: str) -> tuple[str, ...]:
    """What `pip install -r` stands for in a build whose context is a folder of the project."""
    if context in ("", "."):
        return config.requirements
    return (
        tuple(str(spec.requirement) for spec in requirement_specs(project / context)) or config.requirements
    )


def _as_written(
    line: Line, cell: Cell, config: Config, project: Path, requirements: Callable[[str], tuple[str, ...]]
) -> tuple[Line, Pip]:
    """Return *line* with what the user's Dockerfile at its top says, and which pip it installs with."""
    from tf_docker_check.builder.text import read_dockerfile  # imports the engine

    top, *below = line
    assert top.dockerfile is not None
    user = user_dockerfile(top.dockerfile, cell)
    text = read_dockerfile(project, user)
    strategy, pip = read_from_dockerfile(
        replace(top, dockerfile=user), text, config.platform, requirements(user.context)
    )
    return (strategy, *below), pip
