"""A run: the command of `runs.yml` that is executed, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
NEEDS = (
    *("tensorflow-cpu", "scikit-learn", "pandas", "pytest", "pytest-xdist", "hypothesis"),
    *("nbconvert", "papermill", "ipykernel", "flask", "gunicorn", "uvicorn"),
)
LIMIT = 900  # seconds of one run


@dataclass(frozen=True)
class Run:
    """A command for bash. `P` is the folder of the programs, `ROOT` this repository."""

    name: str
    command: str

    def make(self, python: Path, scratch: Path) -> tuple[int, bytes]:
        """Execute it, and return its exit status and what it printed."""
        folder = scratch / self.name
        folder.mkdir(parents=True)
        variables = {
            **os.environ,
            "PATH": f"{python.parent}:{os.environ['PATH']}",
            "P": str(HERE / "programs"),
            "ROOT": str(HERE.parent.parent),
            "PYTHONPATH": "",
            "COLUMNS": "120",
        }
        done = subprocess.run(
            ["bash", "-c", self.command],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
        return done.returncode, done.stdout


def read_runs() -> tuple[Run, ...]:
    """Return all runs of `runs.yml`."""
    document = yaml.safe_load((HERE / "runs.yml").read_text())
    return tuple(run for row in document for run in _expand(row))


def _expand(row: dict[str, Any]) -> Iterator[Run]:
    """Yield a run for each value of `each`, which replaces ``{}`` in name and command."""
    for number, value in enumerate(row.get("each", [""]), start=1):
        ending = f"-{number:02}" if "each" in row else ""
        yield Run(row["name"] + ending, row["command"].replace("{}", str(value)))
