"""The command line: verbs, exit codes, and the promise that no traceback reaches a user."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from tf_docker_check import __version__
from tf_docker_check.cli.screen import readable
from tf_docker_check.cli.stop import Stopped
from tf_docker_check.errors import CheckError
from tf_docker_check.model.text import plain

VERBS = {
    "init": "write the configuration that would be used, for review",
    "plan": "show which cells run, which share a build, and which are excluded and why",
    "predict": "predict which images work on which hosts, before anything is pulled or built",
    "run": "build the images, check inside them, write results and a table",
    "lock": "write which images and packages pull requests are checked with",
    "drift": "compare two results or two images, most likely causes first",
    "nightly": "find what changed upstream, whether it broke the project, and since when",
    "report": "merge results documents and render them",
    "explain": "name cause and remedy of a failure in any log",
    "lint": "find mistakes in Dockerfiles of TensorFlow images and the files next to them",
    "inspect": "show what is inside an image, or what differs between two",
    "doctor": "check whether this machine and its engine are usable, and what to fix",
    "action": "run as a GitHub Action: inputs from the environment, outputs to files",
    "post": "post step of the action: remove what a killed step left on the engine",
}
"""Each verb is a module of this room with `configure(parser)` and `run(args) -> int`."""


def run(argv: Sequence[str]) -> int:
    """Carry out *argv* and return the exit code."""
    debug = "--debug" in argv
    try:
        _mend_streams()
        arguments = _parser(argv).parse_args(argv)
        if arguments.debug:
            _log_debug()
        code = int(import_module(f"tf_docker_check.cli.{arguments.verb}").run(arguments))
        sys.stdout.flush()
        return code
    except (Exception, KeyboardInterrupt) as error:
        if debug and isinstance(error, Exception):
            raise
        return report_error(error)


def _log_debug() -> None:
    """Let our own modules, and no library, write everything to stderr."""
    ours = logging.getLogger("tf_docker_check")
    ours.addHandler(logging.StreamHandler())
    ours.setLevel(logging.DEBUG)


def report_error(error: BaseException) -> int:
    """Print why the program ends early, and return the exit code that goes with it."""
    match error:
        case CheckError(exit_code=code):
            words = str(error)
        case Stopped(exit_code=code):
            words = f"stopped by {error}; the results so far are kept"
        case KeyboardInterrupt():
            words, code = "stopped", 128 + signal.SIGINT
        case BrokenPipeError():  # the reader of our output has gone, and with it whoever wants our verdict
            _let_go()
            return 128 + signal.SIGPIPE
        case OSError():
            _let_go()
            words, code = f"I/O error: {error}\n  do:  fix the cause and run again", 3
        case _:
            words = f"this is a bug in tf-docker-check: {type(error).__name__}: {error}"
            words, code = f"{words}\n  do:  run it again with --debug and report what it prints", 3
    try:
        sys.stderr.write(readable(plain(f"tf-docker-check: {words}\n")))
        sys.stderr.flush()
    except OSError:  # stderr is gone; the exit code still tells
        _let_go(sys.stderr)
    return code


def _mend_streams() -> None:
    """A terminal that is not UTF-8 gets "?" and no traceback; a stream that is closed swallows all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _let_go(stream: TextIO | None = None) -> None:
    """Let what could not be written to *stream* (stdout) go, or Python tries once more as it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tf-docker-check",
        description="Which TensorFlow images work, why the others fail, and what to do.",
        epilog="exit codes: 0 success, 1 failures that --fail-on counts, 2 wrong input, 3 infrastructure error",
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
