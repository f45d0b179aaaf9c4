"""``python -m fuzz``: surfaces × inputs × seconds × failures; what broke one goes into the corpus."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz.surface import FOLDER, SURFACES, keep
from fuzz.worker import Outcome


def hunt(name: str, number: int, examples: int, seconds: float) -> Outcome:
    """Fuzz the surface *name*; a worker that dies of an input is a failure, and another goes on."""
    whole, began = Outcome(), time.monotonic()
    while whole.inputs < examples and (left := seconds - (time.monotonic() - began)) > 0:
        part = _worker(name, number + whole.inputs, examples - whole.inputs, left)
        whole.inputs += max(part.inputs, 1)
        whole.failures |= part.failures
    whole.seconds = time.monotonic() - began
    return whole


def _worker(name: str, number: int, examples: int, seconds: float) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        flight = Path(folder) / "flight"
        command = [
            sys.executable,
            "-m",
            "fuzz.worker",
            name,
            str(number),
            str(examples),
            str(seconds),
            str(flight),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TMPDIR": folder, "PYTHONPATH": str(FOLDER.parent)},
        )
        if done.returncode == 0:
            return Outcome(**json.loads(done.stdout))
        count, _, spelled = flight.read_text().partition("\n") if flight.exists() else ("0", "", "")
    if not spelled:
        raise SystemExit(f"fuzz: {name} does not start:\n{done.stderr[-3000:]}")
    where = f"the process died of it (exit code {done.returncode})"
    return Outcome(int(count), 0.0, {where: (spelled, done.stderr[-3000:])})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("surfaces", nargs="*", metavar="SURFACE", help=f"of {', '.join(SURFACES)} (all)")
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--seconds", type=float, default=60.0, help="for each surface (default: %(default)s)")
    bound.add_argument("--examples", type=int, help="for each surface, however long that takes")
    parser.add_argument("--seed", type=int, help="where to begin (default: anywhere)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="at once (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.surfaces) - set(SURFACES):
        parser.error(f"there is no surface {', '.join(sorted(unknown))}")
    start = random.SystemRandom().randrange(10**9) if arguments.seed is None else arguments.seed
    examples, seconds = arguments.examples or sys.maxsize, 1e9 if arguments.examples else arguments.seconds
    names = arguments.surfaces or SURFACES
    print(f"seed {start}", f"{'surface':<14}{'inputs':>9}{'seconds':>9}{'failures':>9}", sep="\n", flush=True)
    failed = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        outcomes = pool.map(lambda each: hunt(each, start, examples, seconds), names)
        for name, outcome in zip(names, outcomes, strict=True):
            show(name, outcome)
            failed += len(outcome.failures)
    return min(failed, 1)


def show(name: str, outcome: Outcome) -> None:
    """A row of the table, and below it each failure with the file that keeps its input."""
    print(f"{name:<14}{outcome.inputs:>9}{outcome.seconds:>9.0f}{len(outcome.failures):>9}", flush=True)
    for where, (spelled, trace) in outcome.failures.items():
        path = keep(name, spelled)
        print(
            f"  {where}: {path.relative_to(FOLDER.parents[1])}", *trace.splitlines(), sep="\n    ", flush=True
        )


if __name__ == "__main__":
    sys.exit(main())
