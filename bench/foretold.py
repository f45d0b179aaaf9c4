"""`python -m bench.foretold results.json…`: prediction against observation, a row for each cell."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tf_docker_check.model.results import CellResult
from tf_docker_check.report.document import load
from tf_docker_check.report.foresight import agrees, observed, said
from tf_docker_check.report.merge import merge

_WORDS = {True: "yes", False: "NO", None: "–"}


def main(files: list[str]) -> int:
    """Print the table as Markdown, and how often both agree."""
    results = merge(*(load(Path(file).read_bytes(), file) for file in files))
    print("| cell | predicted | observed | agree |\n| --- | --- | --- | --- |")
    for cell in results.cells:
        print(f"| {cell.id} | {_predicted(cell)} | {observed(cell)} | {_WORDS[agrees(cell)]} |")
    counts = Counter(agrees(cell) for cell in results.cells)
    print(f"\n{counts[True]} agree, {counts[False]} do not, {counts[None]} without one of the two")
    return 0


def _predicted(cell: CellResult) -> str:
    if cell.predicted is None:
        return "–"
    return f"{said(cell.predicted)}, {'sure' if cell.predicted.sure else 'likely'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
