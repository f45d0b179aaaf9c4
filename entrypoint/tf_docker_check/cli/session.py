"""A run as a person or a CI log sees it: progress while it lasts, signals that end it, the verdict."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tf_docker_check.pipeline.check import Checked, check
from tf_docker_check.pipeline.folder import Folder
from tf_docker_check.pipeline.prepare import prepare
from tf_docker_check.report.plain import Log
from tf_docker_check.report.progress import progress


class Terminated(KeyboardInterrupt):
    """SIGTERM: what an interrupt does, with another exit code."""


def check_project(
    project: Path,
    config_file: str,
    inputs: Mapping[str, str],
    folder: Folder,
    *,
    quiet: bool = False,
    verbose: bool = False,
    log: Log | None = None,
) -> Checked:
    """Plan and check *project*, telling on stderr how it goes; *log* makes lines fit a CI's log."""
    config, plan = prepare(project, config_file, inputs)
    line = (log or Log()).line
    for note in () if quiet else plan.notes:
        print(line(f"note: {note}"), file=sys.stderr)
    with _stoppable(), progress(sys.stderr, quiet=quiet, verbose=verbose, log=log) as observe:
        return check(config, plan, project=project, folder=folder, observe=observe)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: with clean-up, and results so far kept."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: clean-up is under way
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
