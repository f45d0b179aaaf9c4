"""``predict``: what will work where, told from the catalog, before anything is pulled or built."""

from __future__ import annotations

import argparse
import sys

from tf_docker_check.cli import project


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
        "--why", action="store_true", help="the rules and the rows they rest on, with sources"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print the predictions; 0 whatever they are, 2 when the input is wrong."""
    from tf_docker_check.pipeline.configure import configured  # noqa: PLC0415
    from tf_docker_check.pipeline.foresee import forecast  # noqa: PLC0415
    from tf_docker_check.pipeline.machines import hosts_of  # noqa: PLC0415

    config = configured(arguments.project, arguments.config, project.inputs(arguments))
    hosts = hosts_of(config, arguments.host)
    found = forecast(config, arguments.project, hosts)
    if arguments.format == "json":
        from tf_docker_check.predict.document import predict_json  # noqa: PLC0415

        print(predict_json(found, hosts, config.notes))
        return 0
    from tf_docker_check.cli.screen import readable  # noqa: PLC0415
    from tf_docker_check.predict.table import predict_table  # noqa: PLC0415

    for note in config.notes:
        sys.stderr.write(readable(f"note: {note}\n"))
    table = predict_table(found, [host.name for host in hosts], why=arguments.why)
    sys.stdout.write(readable(f"{table}\n"))
    return 0
