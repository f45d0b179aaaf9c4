"""``report``: merge results documents and render them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

MAX_BYTES = 256 * 1024 * 1024
FORMATS = ("table", "markdown", "junit", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="results.json")
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--fail-on", default="new", choices=("new", "any", "error", "never"))
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="an older results.json to compare with; what failed so there does not count as new",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the merged results in one format; the exit code is the gate's over all of them."""
    from tf_docker_check.cli.screen import readable, screen
    from tf_docker_check.diagnose.blame import blamed
    from tf_docker_check.report import junit, markdown, terminal
    from tf_docker_check.report.context import ReportContext
    from tf_docker_check.results import document
    from tf_docker_check.results.compare import compare
    from tf_docker_check.results.gate import conclusion
    from tf_docker_check.results.merge import merge

    results = blamed(merge(*(document.load(read(path), str(path)) for path in arguments.files)))
    older = arguments.baseline
    beside = compare(results, document.load(read(older), str(older)) if older else None)
    verdict = conclusion(results, arguments.fail_on, beside)
    renderers: dict[str, Callable[[], bytes]] = {
        "table": lambda: readable(terminal.render(results, verdict, comparison=beside, **screen())).encode(),
        "markdown": lambda: markdown.render(
            results, verdict, context=ReportContext(comparison=beside)
        ).encode(),
        "junit": partial(junit.render, results, beside),
        "json": partial(document.dump, results),
    }
    sys.stdout.buffer.write(renderers[arguments.format]())
    return verdict.exit_code


def read(path: Path) -> bytes:
    """The content of a results document that the user names. Raises UsageError."""
    from tf_docker_check.project.read import read_bytes

    return read_bytes(path, MAX_BYTES)
