"""``plan``: what would run, without running anything."""

from __future__ import annotations

import argparse
import sys

from tf_docker_check.cli import project


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    project.configure(parser)
    parser.add_argument("--format", choices=("table", "json", "github"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print the plan; 2 when the input is wrong."""
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.pipeline.prepare import prepare
    from tf_docker_check.plan.show import show

    config, plan = prepare(arguments.project, arguments.config, project.inputs(arguments))
    if arguments.format != "json":
        for note in plan.notes:
            sys.stderr.write(readable(f"note: {note}\n"))
    shown = show(plan, arguments.format, config.runners)
    sys.stdout.write(readable(f"{shown}\n") if arguments.format == "table" else f"{shown}\n")
    return 0
