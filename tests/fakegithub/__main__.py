"""`python -m fakegithub`: serve a state from a file, and write it back at the end."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fakegithub.server import start
from fakegithub.state import State


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    path: Path | None = arguments.state
    state = msgspec.json.decode(path.read_bytes(), type=State) if path and path.exists() else State()
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with start(state, arguments.port, arguments.host) as running:
        print(f"GITHUB_API_URL={running.url}")
        print(f"ACTIONS_RESULTS_URL={running.results_url}")
        if arguments.run:
            print(f"ACTIONS_RUNTIME_TOKEN={running.runtime_token(arguments.run, arguments.job)}")
        sys.stdout.flush()
        signal.sigwait(signals)
        violations, running.violations = running.violations, []
    if path:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(state)))
    print("".join(f"violation: {one}\n" for one in violations), end="", file=sys.stderr)
    return 1 if violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fakegithub")
    parser.add_argument("--port", type=int, default=0, help="of the API; default: any that is free")
    parser.add_argument("--host", default="127.0.0.1", help="an address of this machine")
    parser.add_argument("--state", type=Path, help="JSON: read at the start, written at the end")
    parser.add_argument("--run", type=int, default=0, help="print a runtime token for this run")
    parser.add_argument("--job", default="job", help="and this job")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
