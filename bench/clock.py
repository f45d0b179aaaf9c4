"""Running commands against the clock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median


def seconds(
    command: Sequence[object], environment: Mapping[str, str], *, codes: Sequence[int] = (0,)
) -> float:
    """How long *command* takes. It must end with one of *codes*; else its last words are shown."""
    started = time.monotonic()
    done = subprocess.run(
        list(map(str, command)), env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode not in codes:
        sys.exit(f"{command[0]} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return time.monotonic() - started


def output(command: Sequence[object], environment: Mapping[str, str]) -> str:
    """What *command*, which must succeed, prints."""
    return subprocess.run(
        list(map(str, command)), env=dict(environment), capture_output=True, text=True, check=True
    ).stdout


def side_by_side(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each way, taken in turns so that the machine's moods hit all alike."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: median(found) for name, found in taken.items()}


def program(name: str) -> Path:
    """A program of this virtual environment."""
    return Path(sys.executable).with_name(name)
