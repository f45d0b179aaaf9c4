"""Predict images on described hosts, and a plan's cells on the machines they will run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.matrix.expand import Expansion, architecture, expand
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Strategy
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.lineage import lineage, promises_gpu
from tf_docker_check.model.number import numbers
from tf_docker_check.model.prediction import Prediction
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.pipeline.dockerfiles import DockerfileReader
from tf_docker_check.predict.inspected import Shown, made_for_gpu, shown, subject_of_image
from tf_docker_check.predict.predict import predict_on, predict_subject
from tf_docker_check.resources.hosts import Host

MOST = 20_000
"""Cells of one forecast."""

Promises = Sequence[tuple[Host, Gpu]]
"""Hosts, each with the GPU promise of a cell on it."""


def list_images(config: Config) -> tuple[Cell, ...]:
    """List the configuration's images, possible or not, each once; the runner is empty.

    ``max-cells`` bounds what is run; of predictions there may be more.
    """
    expansion = _expand(config)
    cells = (*expansion.cells, *(excluded.cell for excluded in expansion.excluded if excluded.cause))
    order = {strategy.name: number for number, strategy in enumerate(config.strategies)}
    cells_by_image = dict.fromkeys(replace(cell, runner="") for cell in cells)
    return tuple(
        sorted(
            cells_by_image,
            key=lambda one: (order[one.strategy], numbers(one.tensorflow), numbers(one.python)),
        )
    )


def list_excluded_images(config: Config) -> frozenset[str]:
    """List the ids of the images that cannot exist, and that the plan leaves out."""
    return frozenset(excluded.cell.image_id for excluded in _expand(config).excluded if excluded.cause)


def _expand(config: Config) -> Expansion:
    roomy = replace(config, limits=replace(config.limits, max_cells=MOST))
    return expand(roomy, config.requirements)


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
    """Predict for inspected images as `forecast` does, by their contents instead of their names."""
    without = _without_gpu(config)

    def predicted(image: Inspection) -> Iterator[Prediction]:
        gpu = made_for_gpu(image)
        for host in hosts:
            held = (Gpu.REQUIRE if host.gpus else without) if gpu else Gpu.OFF
            yield predict_subject(subject_of_image(image, held), host)

    return tuple((shown(image), tuple(predicted(image))) for image in images)


def _without_gpu(config: Config) -> Gpu:
    """Return what an image that promises a GPU must do on a host that has none."""
    policies = {runner.gpu for runner in config.runners}
    return Gpu.STATIC if Gpu.STATIC in policies or policies == {None} else Gpu.OFF


def add_predictions(config: Config, plan: Plan, project: Path, machine: Callable[[str], Host]) -> Plan:
    """Add a prediction to every cell of *plan* that will run. `machine` returns a runner's machine by name.

    Added controls get one too. Raises UsageError for a Dockerfile that cannot be read.
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
    reader = DockerfileReader(config, project)

    def predict(cell: Cell, promises: Callable[[bool], Promises]) -> tuple[Prediction, ...]:
        line = lines[cell.strategy]
        written = reader.written(line, cell) if line[0].dockerfile else None
        gpu = promises_gpu((written.strategy, *line[1:]) if written else line)
        return predict_on(cell, line, promises(gpu), architecture=machine, written=written)

    return predict
