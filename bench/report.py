"""`python -m bench.report results.json`: reports of a real run, its cells copied to 1,000 and to 10,000."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from functools import partial
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.clock import program, seconds, side_by_side

FORMATS = ("table", "markdown", "junit", "json")
ROUNDS = 3


def main() -> int:
    """Print a line for each size and format."""
    with TemporaryDirectory() as scratch:
        for size in (1_000, 10_000):
            for name, spent in measure(Path(sys.argv[1]), size, os.environ, Path(scratch)).items():
                print(f"{spent:8.2f} s  {name}", flush=True)
    print(f"on {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    return 0


def measure(results: Path, size: int, environment: Mapping[str, str], scratch: Path) -> dict[str, float]:
    """Median seconds of `report` in each format, for *size* cells like those in *results*."""
    document = scratch / f"{size}.json"
    document.write_text(json.dumps(multiply(json.loads(results.read_text()), size)))
    command = [program("tf-docker-check"), "report", document, "--format"]
    return side_by_side(
        {
            f"report of {size:,} cells, {form}": partial(seconds, [*command, form], environment, codes=(0, 1))
            for form in FORMATS
        },
        ROUNDS,
    )


def multiply(results: dict[str, Any], size: int) -> dict[str, Any]:
    """*results* with *size* cells: copies of its own, each copy under other strategies."""
    copies = (_renamed(cell, number) for number in count() for cell in results["cells"])
    return results | {"cells": list(islice(copies, size))}


def _renamed(cell: dict[str, Any], number: int) -> dict[str, Any]:
    strategy = f"copy{number}-{cell['cell']['strategy']}"
    return cell | {"id": f"copy{number}-{cell['id']}", "cell": cell["cell"] | {"strategy": strategy}}


if __name__ == "__main__":
    sys.exit(main())
