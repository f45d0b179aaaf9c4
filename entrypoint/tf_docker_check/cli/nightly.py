"""``nightly``: find what changed upstream, whether it broke the project, and since when."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tf_docker_check.cli import project
from tf_docker_check.model.defaults import RESULTS_FOLDER
from tf_docker_check.model.number import whole


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    project.configure(parser)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(RESULTS_FOLDER),
        metavar="DIR",
        help=f"directory for results ({RESULTS_FOLDER})",
    )
    parser.add_argument(
        "--past",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="results of an earlier nightly run; several are merged (default: those in --output)",
    )
    parser.add_argument("--no-bisect", action="store_true", help="do not search for the cause of regressions")
    parser.add_argument("--json", action="store_true", help="print night.json instead of the report")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only the result")


def run(arguments: argparse.Namespace) -> int:
    """Print the nightly report; return 1 with regressions, 3 where something errored, else 0."""
    from dataclasses import replace
    from functools import partial

    from tf_docker_check.cli.screen import readable
    from tf_docker_check.cli.session import Display, running
    from tf_docker_check.nightly import report as page
    from tf_docker_check.nightly.night import start_night
    from tf_docker_check.nightly.previous import load_from_folders
    from tf_docker_check.nightly.run import run_nightly, write_night
    from tf_docker_check.pipeline import locking
    from tf_docker_check.pipeline.prepare import prepare
    from tf_docker_check.pipeline.trust import disclosures
    from tf_docker_check.upstream import document

    config, plan = prepare(arguments.project, arguments.config, project.inputs(arguments), fresh=True)
    plan = replace(plan, notes=(*plan.notes, *disclosures(config, os.environ)))
    settings = replace(config.nightly, bisect=config.nightly.bisect and not arguments.no_bisect)
    config = replace(config, nightly=settings, lock=locking.read(arguments.project))
    previous = load_from_folders(arguments.past or [arguments.output])
    run_number = _workflow_count(os.environ, "GITHUB_RUN_NUMBER") or previous.newest + 1
    night = start_night(run_number, _workflow_count(os.environ, "GITHUB_RUN_ATTEMPT") or 1)
    directory = project.results_dir_at(arguments.output)
    with running(config, arguments.project, directory, Display(arguments.quiet)) as context:
        result = run_nightly(context, plan, previous, night, partial(write_night, directory))
    text = document.dump(result.report).decode() if arguments.json else page.render(result.report)
    sys.stdout.write(readable(text))
    return result.report.exit_code


def _workflow_count(environment: Mapping[str, str], name: str) -> int:
    """A number that GitHub's runner sets; 0 where there is none."""
    return whole(environment.get(name, "")) or 0
