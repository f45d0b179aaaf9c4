"""`python -m faults [--fast] [--reproduce] [--page FILE] [NAME...]`: run faults, print expected against got."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from faults import page
from faults.fault import Fault, everything
from faults.run import Run, prepare, run_all
from tf_docker_check.errors import CheckError


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("names", nargs="*", metavar="NAME", help="patterns; without any: all")
    parser.add_argument("--fast", action="store_true", help="only the cheap ones")
    parser.add_argument(
        "--reproduce",
        action="store_true",
        help="run the commands that are shown: they must fail as the cell did",
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the table; rows not run now stay as they are"
    )
    arguments = parser.parse_args(argv)
    chosen = [fault for fault in everything() if _wanted(fault, arguments.names, fast=arguments.fast)]
    started = time.monotonic()
    try:
        runs = run_all(chosen, prepare(chosen), _tell, again=arguments.reproduce)
    except CheckError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    wrong = sum(bool(run.wrong) for run in runs)
    print(f"{len(runs) - wrong} of {len(runs)} faults as expected, in {time.monotonic() - started:.0f} s")
    if arguments.page:
        before = arguments.page.read_text() if arguments.page.exists() else ""
        arguments.page.write_text(page.render(runs, before, [fault.name for fault in everything()]))
    return 1 if wrong else 0


def _wanted(fault: Fault, names: Sequence[str], *, fast: bool) -> bool:
    named = not names or any(fnmatch(fault.name, name) for name in names)
    return named and (fault.fast or not fast)


def _tell(run: Run) -> None:
    expected, got = run.fault.expected, run.got
    mark = "WRONG" if run.wrong else "as expected"
    print(f"{run.fault.name:26} {_row(expected.status, expected.at, expected.cause)}", end=" | ")
    print(f"{_row(got.status, got.at, got.cause)} {run.seconds:5.0f} s  {mark}", flush=True)
    if run.commands.startswith("# "):
        print(f"    {run.commands}", flush=True)
    for line in (*run.wrong, f"reason: {got.reason}") if run.wrong else ():
        print(f"    {line[:400]}", flush=True)


def _row(*words: str) -> str:
    return f"{' '.join(filter(None, words)):40}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
