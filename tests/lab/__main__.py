"""`python -m lab up [IMAGE ...]`: set up, then print what a shell may evaluate."""

from __future__ import annotations

import argparse
import shlex
import sys

from lab import ground
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.errors import CheckError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    up = verbs.add_parser("up", help="find or start an engine, and have these images in it")
    up.add_argument("images", nargs="*", metavar="IMAGE", help=f"of {', '.join(BY_REFERENCE)}")
    arguments = parser.parse_args()
    try:
        found = ground.up(arguments.images)
    except CheckError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for name in ("DOCKER_HOST", "PATH"):
        print(f"export {name}={shlex.quote(found.environment[name])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
