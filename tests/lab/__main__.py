"""`python -m lab VERB`: what the make targets call."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from docker.errors import DockerException

from lab import demo, down, ground, pythons
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.errors import CannotJudge, CheckError


def main(argv: Sequence[str]) -> int:
    before, _, command = (list(part) for part in _split(argv))
    arguments = _parser().parse_args(before)
    try:
        if arguments.verb == "demo":
            return demo.run()
        if arguments.verb == "pythons":
            return pythons.run(command)
        if arguments.verb == "down":
            down.down()
            return 0
        environment = ground.up(arguments.images).environment
    except CheckError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except DockerException as error:
        print(f"lab: the engine refused: {error}\n  do:  see whether `docker info` is well", file=sys.stderr)
        return CannotJudge.exit_code
    if command:
        os.execvpe(command[0], command, environment)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("demo", help="check the demo's matrix")
    verbs.add_parser("down", help="remove the lab's images, registry and cache; the engine stays")
    verbs.add_parser(
        "pythons", help="the tests that need no engine on other Pythons; pytest's options after `--`"
    )
    up = verbs.add_parser("with", help="set up engine, builder and images, then run what follows `--`")
    up.add_argument("images", nargs="*", metavar="IMAGE", help=", ".join(BY_REFERENCE))
    return parser


def _split(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    at = argv.index("--") if "--" in argv else len(argv)
    return argv[:at], argv[at : at + 1], argv[at + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
