"""A run as a person or a CI log sees it: progress while it lasts, signals that end it, the verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tf_docker_check.cli.screen import in_workflow
from tf_docker_check.cli.stop import stoppable
from tf_docker_check.gha.commands import group, harmless
from tf_docker_check.model.config import Config
from tf_docker_check.model.recipe import Plan
from tf_docker_check.pipeline.check import Checked, check
from tf_docker_check.pipeline.context import Announce, RunContext, begin_run
from tf_docker_check.pipeline.prepare import prepare
from tf_docker_check.pipeline.recorder import LOCAL, Origin
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.trust import disclosures
from tf_docker_check.progress.plain import Log
from tf_docker_check.progress.progress import progress

WORKFLOW_LOG = Log(harmless, group)
"""The form of log that GitHub's runner reads."""


def choose_log() -> Log | None:
    """Return the form of log that a workflow needs; None outside of one."""
    return WORKFLOW_LOG if in_workflow() else None


@dataclass(frozen=True)
class Display:
    """How much of a run is shown on stderr, and in which form of log."""

    quiet: bool = False
    verbose: bool = False
    log: Log | None = field(default_factory=choose_log)


@contextmanager
def running(
    config: Config,
    project: Path,
    directory: ResultsDir,
    display: Display,
    *,
    origin: Origin = LOCAL,
    announce: Announce | None = None,
) -> Iterator[RunContext]:
    """Yield the context of a run with progress on stderr; in the block, a signal raises `Stopped`."""
    shown = progress(sys.stderr, quiet=display.quiet, verbose=display.verbose, log=display.log)
    with stoppable(), shown as observe:
        yield begin_run(config, project, directory, observe, origin=origin, announce=announce)


def check_project(
    project: Path,
    config_file: str,
    inputs: Mapping[str, str],
    directory: ResultsDir,
    display: Display,
    *,
    fresh: bool = False,
) -> Checked:
    """Plan and check *project* with progress on stderr. *fresh*: without the project's lock."""
    config, plan = prepare(project, config_file, inputs, fresh=fresh)
    plan = replace(plan, notes=(*plan.notes, *disclosures(config, os.environ)))
    print_notes(plan, display)
    with running(config, project, directory, display) as context:
        return check(context, plan)


def print_notes(plan: Plan, display: Display) -> None:
    """Print the notes of *plan* on stderr, unless *display* is quiet."""
    log = display.log or Log()
    for note in () if display.quiet else plan.notes:
        print(log.line(f"note: {note}"), file=sys.stderr)
