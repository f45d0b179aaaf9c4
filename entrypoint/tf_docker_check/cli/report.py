"""``report``: merge results documents and render them."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from tf_docker_check.model.defaults import FAIL_ON

FORMATS = ("table", "markdown", "junit", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="results.json")
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--fail-on", default="new", choices=FAIL_ON)
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="an older results.json to compare with; failures already in it do not count as new",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the merged results in one format; the exit code is the gate's over all of them."""
    from tf_docker_check.cli.screen import readable, screen
    from tf_docker_check.diagnose.blame import assign_blame
    from tf_docker_check.pipeline.results_dir import load
    from tf_docker_check.report import junit, markdown, terminal
    from tf_docker_check.report.context import ReportContext
    from tf_docker_check.results import document
    from tf_docker_check.results.compare import compare
    from tf_docker_check.results.gate import conclusion
    from tf_docker_check.results.merge import merge, replaced_notes

    gc.disable()  # 10,000 cells are millions of objects and no cycle: looking for one takes most of the time
    documents = {str(file): load(file) for file in arguments.files}
    results = assign_blame(merge(*documents.values()))
    results = replace(results, notes=(*results.notes, *replaced_notes(documents)))
    older = arguments.baseline
    comparison = compare(results, load(older) if older else None)
    verdict = conclusion(results, arguments.fail_on, comparison)
    renderers: dict[str, Callable[[], bytes]] = {
        "table": lambda: readable(
            terminal.render(results, verdict, comparison=comparison, **screen())
        ).encode(),
        "markdown": lambda: markdown.render(
            results, verdict, context=ReportContext(comparison=comparison)
        ).encode(),
        "junit": partial(junit.render, results, comparison),
        "json": partial(document.dump, results),
    }
    sys.stdout.buffer.write(renderers[arguments.format]())
    return verdict.exit_code
