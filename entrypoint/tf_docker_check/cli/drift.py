"""``drift``: compare two results or two images: what broke, and the most likely causes first."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tf_docker_check.cli import images
from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import is_file, open_file

FORMATS = ("terminal", "markdown", "json")
_HEAD = 64 * 1024  # bytes of a file in which its kind shows


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    what = "a results.json, or an image: a reference, a digest, a tar, or the JSON of an earlier inspect"
    parser.add_argument("old", metavar="OLD", help=what)
    parser.add_argument("new", metavar="NEW", help="the later one, of the same kind")
    parser.add_argument("--format", choices=FORMATS, default="terminal")
    images.configure(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the differences and return 0."""
    from tf_docker_check.cli.screen import readable

    results = [name for name in (arguments.old, arguments.new) if _is_results(name)]
    if len(results) == 1:
        raise UsageError(
            f"only {one_line(results[0], 200)} is a results document",
            why="results are compared with results, images with images",
            remedy="name two files results.json, or two images",
        )
    sys.stdout.write(readable(_results(arguments) if results else _images(arguments)))
    return 0


def _is_results(name: str) -> bool:
    """Whether *name* is a file that looks like results: they name their cells, inspections do not."""
    path = Path(name)
    if path.suffix != ".json" or not is_file(path):
        return False
    with open_file(path) as file:
        return b'"cells"' in file.read(_HEAD)


def _results(arguments: argparse.Namespace) -> str:
    from tf_docker_check.pipeline.drift import drift
    from tf_docker_check.pipeline.results_dir import load
    from tf_docker_check.report import drift as page
    from tf_docker_check.upstream.document import dump

    names = (arguments.old, arguments.new)
    before, after = (load(Path(name)) for name in names)
    documents = drift(before, after, names)
    if arguments.format == "json":
        return dump(documents).decode()
    return page.markdown(documents) if arguments.format == "markdown" else page.text(documents)


def _images(arguments: argparse.Namespace) -> str:
    from tf_docker_check.config.load import load_config
    from tf_docker_check.inspection import document, text
    from tf_docker_check.inspection.difference import compare
    from tf_docker_check.model.drift import Change
    from tf_docker_check.report import drift as page

    before, after = images.read([arguments.old, arguments.new], arguments, load_config(Path()))
    comparison = compare(before, after)
    if arguments.format == "json":
        return document.dump(comparison)
    if arguments.format == "terminal":
        return text.render_difference(comparison)
    made = tuple(
        Change(change.area, change.name, change.before, change.after) for change in comparison.changes
    )
    return page.of_images(comparison.before, comparison.after, made)
