"""``run``: build the images, check inside them, write results and a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tf_docker_check.cli import project
from tf_docker_check.model.defaults import RESULTS_FOLDER


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
    parser.add_argument("--fail-on", default="", metavar="WHAT", help="new, any, error or never")
    parser.add_argument("--max-parallel", default="", metavar="N", help="builds and cells at once")
    parser.add_argument("--timeout-minutes", default="", metavar="N", help="limit for one cell's checks")
    parser.add_argument("--disk-reserve-gb", default="", metavar="GB", help="disk space to leave free")
    parser.add_argument(
        "--fresh", action="store_true", help="use current images and packages instead of the locked ones"
    )
    parser.add_argument("--json", action="store_true", help="print results.json instead of the table")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="print only the result")
    volume.add_argument("-v", "--verbose", action="store_true", help="print build output too")


def run(arguments: argparse.Namespace) -> int:
    """Check the project; the gate's exit code, 2 for wrong input, 3 where cells errored."""
    from tf_docker_check.cli.screen import readable, screen
    from tf_docker_check.cli.session import Display, check_project
    from tf_docker_check.report import terminal
    from tf_docker_check.results import document

    given = project.inputs(arguments, "fail-on", "max-parallel", "timeout-minutes", "disk-reserve-gb")
    checked = check_project(
        arguments.project,
        arguments.config,
        given,
        project.results_dir_at(arguments.output),
        Display(arguments.quiet, arguments.verbose),
        fresh=arguments.fresh,
    )
    if arguments.json:
        sys.stdout.buffer.write(document.dump(checked.results))
    else:
        sys.stdout.write(readable(terminal.render(checked.results, checked.verdict, **screen())))
    if checked.unwritten:
        raise checked.unwritten
    return checked.verdict.exit_code
