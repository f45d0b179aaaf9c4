"""The command line: verbs, exit codes, and the promise that no traceback reaches a user."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from tf_docker_check import __version__
from tf_docker_check.cli.screen import readable
from tf_docker_check.cli.stop import Stopped
from tf_docker_check.errors import CheckError
from tf_docker_check.model.text import plain

VERBS = {
    "plan": "which cells run, which share a build, which cannot exist and why",
    "predict": "what will work where, told before anything is pulled or built",
    "run": "build the images, check inside them, write results and a table",
    "report": "merge results documents and render them",
    "explain": "name cause and remedy of a failure in any log",
    "lint": "what will hurt a TensorFlow image, read from Dockerfiles and what is next to them",
    "inspect": "what is inside an image, or what differs between two",
    "doctor": "whether this machine and its engine will do, and what stands in the way",
    "action": "run as a GitHub Action: inputs from the environment, outputs to files",
}
"""Each verb is a module of this room with `configure(parser)` and `run(args) -> int`."""


def run(argv: Sequence[str]) -> int:
    """Carry out *argv* and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 gets "?" and no traceback
    arguments = _parser(argv).parse_args(argv)
    try:
        return int(import_module(f"tf_docker_check.cli.{arguments.verb}").run(arguments))
    except CheckError as error:
        if arguments.debug:
            raise
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has gone; that is its right
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Stopped as stop:
        _complain(f"stopped by {stop}; what was found so far is kept")
        return stop.exit_code
    except KeyboardInterrupt:
        _complain("stopped")
        return 130
    except Exception as error:
        if arguments.debug:
            raise
        _complain(
            f"this is a bug of ours: {type(error).__name__}: {error}\n"
            "  do:  run it again with --debug and report what it prints"
        )
        return 3


def _complain(text: str) -> None:
    sys.stderr.write(readable(plain(f"tf-docker-check: {text}\n")))


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tf-docker-check",
        description="Which TensorFlow images work, why the others fail, and what to do.",
        epilog="exit codes: 0 good, 1 the gate says no, 2 the input is wrong, 3 we could not judge",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    wanted = next((word for word in argv if word in VERBS), None)
    for name, summary in VERBS.items():
        verb = verbs.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        verb.add_argument("--debug", action="store_true", help="show tracebacks")
        if name == wanted:  # the other verbs' modules need not be imported
            import_module(f"tf_docker_check.cli.{name}").configure(verb)
    return parser
