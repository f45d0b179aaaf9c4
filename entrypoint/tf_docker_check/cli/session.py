"""A run as a person or a CI log sees it: progress while it lasts, signals that end it, the verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tf_docker_check.cli.stop import stoppable
from tf_docker_check.model.config import Config
from tf_docker_check.model.recipe import Plan
from tf_docker_check.pipeline.check import Checked, check
from tf_docker_check.pipeline.prepare import prepare
from tf_docker_check.pipeline.recorder import LOCAL, Origin
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.trust import given_away
from tf_docker_check.progress.plain import Log
from tf_docker_check.progress.progress import progress


def check_project(
    project: Path,
    config_file: str,
    inputs: Mapping[str, str],
    folder: ResultsDir,
    *,
    quiet: bool = False,
    verbose: bool = False,
    log: Log | None = None,
    fresh: bool = False,
) -> Checked:
    """Plan and check *project*, with progress on stderr; *log* makes lines fit a CI's log.

    *fresh*: without the project's lock.
    """
    config, plan = prepare(project, config_file, inputs, fresh=fresh)
    plan = replace(plan, notes=(*plan.notes, *given_away(config, os.environ)))
    return check_plan(config, plan, project, folder, quiet=quiet, verbose=verbose, log=log)


def check_plan(
    config: Config,
    plan: Plan,
    project: Path,
    folder: ResultsDir,
    *,
    quiet: bool = False,
    verbose: bool = False,
    log: Log | None = None,
    origin: Origin = LOCAL,
) -> Checked:
    """Carry out *plan*, with progress on stderr; *log* makes lines fit a CI's log."""
    line = (log or Log()).line
    for note in () if quiet else plan.notes:
        print(line(f"note: {note}"), file=sys.stderr)
    with stoppable(), progress(sys.stderr, quiet=quiet, verbose=verbose, log=log) as observe:
        return check(config, plan, project=project, folder=folder, observe=observe, origin=origin)
