"""Prediction against observation, a row for each cell.

Usage: python -m bench.prediction_check [results.json…]

Without files it checks every cell that the lab can run, and puts the table into docs/predict.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from lab.base import Ground

from bench.clock import program
from lab import ground
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.results.document import load
from tf_docker_check.results.merge import merge
from tf_docker_check.results.prediction_check import agrees, describe, describe_result

PAGE = Path(__file__).parents[1] / "docs/predict.md"
BEGIN, END = "<!-- begin: make prediction-check -->\n", "<!-- end: make prediction-check -->\n"
IMAGES = (
    "python:3.11-slim",
    "python:3.13-slim",
    "tensorflow/tensorflow:2.21.0",
    "tensorflow/tensorflow:2.21.0-gpu",
)
VERSIONS = ("2.14.1", "2.15.1", "2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0")
MATRIX = {
    "strategies": {
        "official": {"tensorflow": ["2.21.0"]},
        "official-gpu": {"tensorflow": ["2.21.0"]},
        "slim": {"tensorflow": VERSIONS, "python": ["3.11", "3.13"]},
    },
    "runners": {"cpu": {}, "readiness": {"gpu": "static"}},
    "matrix": {"exclude": ["slim/*@readiness", "official/*@readiness"]},
}
_WORDS = {True: "yes", False: "NO", None: "–"}


def main(files: list[str]) -> int:
    """Print the table as Markdown, and how often both agree."""
    results = merge(*(load(Path(file).read_bytes(), file) for file in files)) if files else observe()
    found = "\n".join(table(results))
    print(found)
    if not files:
        put(found)
    return 0


def put(found: str) -> None:
    """The table into its place on the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    told = f"Checked on {date.today()}, on the lab's stand-ins for the published images.\n\n{found}\n"
    PAGE.write_text(f"{before}{BEGIN}{told}{END}{rest.partition(END)[2]}")


def observe() -> Results:
    """Build and check every cell of `MATRIX` here."""
    found = ground.up(IMAGES)
    with TemporaryDirectory() as folder:
        config, out = Path(folder, "matrix.yml"), Path(folder, "results")
        config.write_text(json.dumps({**MATRIX, **_of_this_machine(found)}))  # JSON is YAML
        run = [str(program("tf-docker-check")), "run", "-q", "--project", folder, "--config", config.name]
        code = subprocess.run([*run, "--output", str(out)], env=found.environment, check=False).returncode
        if code not in {0, 1}:
            sys.exit(f"the run did not come to an end: exit code {code}")
        return load((out / "results.json").read_bytes(), "results.json")


def _of_this_machine(found: Ground) -> dict[str, object]:
    build = {"build": {"ca-bundle": found.ca_bundle}} if found.ca_bundle else {}
    return {**({"mirrors": found.mirrors} if found.mirrors else {}), **build}


def table(results: Results) -> Iterator[str]:
    """The lines of it."""
    yield "| cell | predicted | observed | agree |\n| --- | --- | --- | --- |"
    for cell in results.cells:
        yield f"| {cell.id} | {_predicted(cell)} | {describe_result(cell)} | {_WORDS[agrees(cell)]} |"
    counts = Counter(agrees(cell) for cell in results.cells)
    yield f"\n{counts[True]} agree, {counts[False]} do not, {counts[None]} without one of the two"


def _predicted(cell: CellResult) -> str:
    if cell.predicted is None:
        return "–"
    return f"{describe(cell.predicted)}, {'sure' if cell.predicted.sure else 'likely'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
