"""Make the logs again: ``python -m goodlogs PYTHON`` (an interpreter with the packages of `NEEDS`)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from goodlogs.run import NEEDS, read_runs
from goodlogs.scrub import scrubber, trim
from goodlogs.shelf import LOGS, write_logs


def main() -> int:
    parser = argparse.ArgumentParser(prog="goodlogs", description=__doc__)
    parser.add_argument("python", type=Path, help=f"an interpreter with {', '.join(NEEDS)}")
    parser.add_argument(
        "--only", default="", help="make only the runs whose name begins with this, keep nothing"
    )
    arguments = parser.parse_args()
    wanted = [run for run in read_runs() if run.name.startswith(arguments.only)]
    logs, failed = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        scrub = scrubber(arguments.python, Path(scratch))
        for run in wanted:
            code, text = run.make(arguments.python, Path(scratch))
            print(f"{code:3} {len(text):8} {run.name}", file=sys.stderr)
            logs[run.name] = trim(scrub(text))
            failed += [run] if code else []
    for run in failed:
        print(f"{run.name} did not pass:\n{logs[run.name].decode()[-2000:]}", file=sys.stderr)
    if not arguments.only and not failed:
        write_logs(LOGS, logs)
    elif arguments.only:
        sys.stdout.buffer.write(b"".join(logs.values()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
