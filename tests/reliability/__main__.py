"""`python -m reliability [--fast] [--page FILE] [NAME...]`: break runs for real, compare, tell.

It starts itself anew in a network and with mounts and processes of its own, where its engine lives.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from reliability import page
from reliability.judge import Got, judge
from reliability.machine import Machine, Parts
from reliability.row import Row, load
from tf_docker_check.errors import CheckError

ISOLATED = Path(__file__).parent.parent / "recovery/isolated.sh"
INSIDE = "TF_DOCKER_CHECK_RELIABILITY"  # the parts, as JSON, in the process inside
HIDDEN = {"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "BUILDX_BUILDER"}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m reliability")
    parser.add_argument("names", nargs="*", metavar="NAME", help="patterns; without any: all")
    parser.add_argument("--fast", action="store_true", help="only the rows of every test run")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table; with NAME those rows")
    arguments = parser.parse_args(argv)
    rows = [row for row in load() if _wanted(row, arguments.names, fast=arguments.fast)]
    if INSIDE in os.environ:
        return _inside(rows, arguments.page)
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        try:
            return _outside(Path(folder), argv)
        except CheckError as error:
            print(error, file=sys.stderr)
            return error.exit_code


def _outside(folder: Path, argv: Sequence[str]) -> int:
    """Gather what needs a network and the lab's engine, and go inside."""
    parts = Parts.gather(folder)
    (folder / "data").mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    environment |= {INSIDE: parts.dump(), "TF_DOCKER_CHECK_LAB": str(folder / "lab"), "HOME": str(folder)}
    environment["TMPDIR"] = str(folder)
    command = [ISOLATED, folder / "data", sys.executable, "-m", "reliability", *argv]
    return subprocess.run(list(map(str, command)), env=environment, check=False).returncode


def _inside(rows: Sequence[Row], page_file: Path | None) -> int:
    for number in (signal.SIGINT, signal.SIGHUP):  # ignored under nohup, by what we start, too
        signal.signal(number, signal.SIG_DFL)
    folder = Path(tempfile.mkdtemp(prefix="rows-"))
    machine = Machine(Parts.load(os.environ.pop(INSIDE)), folder)
    began = time.monotonic()
    machine.start()
    results = []
    for index, row in enumerate(rows):
        results.append(judge(machine, row, folder / str(index)))
        _tell(results[-1])
    wrong = sum(bool(got.wrong) for got in results)
    print(f"{len(rows) - wrong} of {len(rows)} as expected, in {time.monotonic() - began:.0f} s")
    if page_file:
        known = page_file.read_text() if page_file.exists() else ""
        page_file.write_text(page.render(results, known, [row.name for row in load()]))
    return 1 if wrong or not results else 0


def _wanted(row: Row, names: Sequence[str], *, fast: bool) -> bool:
    return (row.fast or not fast) and (not names or any(fnmatch(row.name, name) for name in names))


def _tell(got: Got) -> None:
    mark = "WRONG" if got.wrong else "as expected"
    cells = ", ".join(f"{name} {status}" for name, status in (got.cells or {}).items())
    left = ", ".join(got.left)
    print(f"{got.row.name:60} exit {got.exit}; {cells}; left {left}; {got.seconds:.1f} s  {mark}", flush=True)
    for line in [*got.wrong, *got.text.splitlines()[-25:]] if got.wrong else ():
        print(f"    {line[:300]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
