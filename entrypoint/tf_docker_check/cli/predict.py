"""``predict``: predict from the catalog which images work on which hosts, before anything is pulled or built."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tf_docker_check.cli import images, project

if TYPE_CHECKING:
    from tf_docker_check.model.cell import Cell
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.prediction import Prediction
    from tf_docker_check.predict.inspected import Shown
    from tf_docker_check.resources.hosts import Host

    Forecaster = Callable[[Sequence[Host]], Sequence[tuple[Cell | Shown, tuple[Prediction, ...]]]]


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    project.configure(parser)
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="a host of `fleet`, a built-in profile such as t4-runner, or this-machine; may be repeated "
        "(the fleet, else this-machine)",
    )
    parser.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="IMAGE",
        help="inspect this image instead of the configuration's strategies, named as for inspect; may be "
        "repeated",
    )
    images.configure(parser)
    parser.add_argument(
        "--why",
        action="store_true",
        help="show the rules and catalog rows behind each prediction, with sources",
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print the predictions; 1 where an image that can be run is predicted to fail. Raises UsageError."""
    from tf_docker_check.pipeline.machines import hosts_of

    config, forecast = _inside(arguments) if arguments.image else requested_hosts(arguments)
    hosts = hosts_of(config, arguments.host)
    predictions = forecast(hosts)
    if arguments.format == "json":
        from tf_docker_check.predict.document import predict_json

        print(predict_json(predictions, hosts, config.notes))
        return _exit_code(config, predictions)
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.predict.table import predict_table

    for note in config.notes:
        sys.stderr.write(readable(f"note: {note}\n"))
    table = predict_table(predictions, [host.name for host in hosts], why=arguments.why)
    sys.stdout.write(readable(f"{table}\n"))
    return _exit_code(config, predictions)


def _exit_code(config: Config, predictions: Sequence[tuple[Cell | Shown, tuple[Prediction, ...]]]) -> int:
    """1 where any image, but for those that plan excludes, is predicted to fail on any host."""
    from tf_docker_check.model.prediction import Verdict
    from tf_docker_check.pipeline.predict_cells import list_excluded_images

    failing = {
        image.image_id
        for image, several in predictions
        if any(one.verdict is Verdict.FAILS for one in several)
    }
    return int(bool(failing and failing - list_excluded_images(config)))


def requested_hosts(arguments: argparse.Namespace) -> tuple[Config, Forecaster]:
    """Return the configuration, and what predicts its images."""
    from tf_docker_check.pipeline.configure import load_project_config
    from tf_docker_check.pipeline.predict_cells import forecast

    config = load_project_config(arguments.project, arguments.config, project.inputs(arguments))
    return config, lambda hosts: forecast(config, arguments.project, hosts)


def _inside(arguments: argparse.Namespace) -> tuple[Config, Forecaster]:
    """Return the configuration, and what predicts the images in --image."""
    from tf_docker_check.config.load import load_config
    from tf_docker_check.pipeline.predict_cells import forecast_inside

    config = load_config(arguments.project, arguments.config, project.inputs(arguments))
    return config, lambda hosts: forecast_inside(
        config, images.read(arguments.image, arguments, config), hosts
    )
