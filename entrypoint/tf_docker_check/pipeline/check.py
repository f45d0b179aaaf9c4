"""The whole of it: from a project's configuration to results on disk and a verdict."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from tf_docker_check.diagnose.blame import blamed
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.gha import state
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import Event, Observer
from tf_docker_check.model.private import hidden
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.folder import Folder
from tf_docker_check.pipeline.reproduce import without_secrets
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.pipeline.secrets import confidences
from tf_docker_check.results.gate import Verdict, apply_known, conclusion


@dataclass(frozen=True)
class Checked:
    """What a run came to. `unwritten` says why its documents are not in their folder."""

    results: Results
    verdict: Verdict
    unwritten: CheckError | None = None


@dataclass(frozen=True)
class Origin:
    """What a run is about: the project, its commit, and how often it was tried."""

    project: str = ""
    commit: str = ""
    attempt: int = 1


NOWHERE = Origin()
"""A desk."""


def check(
    config: Config,
    plan: Plan,
    *,
    project: Path,
    folder: Folder,
    observe: Observer,
    environment: Mapping[str, str] = os.environ,
    engine: Callable[[str], Engine] = connect,
    origin: Origin = NOWHERE,
) -> Checked:
    """Carry out *plan* and write results.json, junit.xml and report.md into *folder*.

    What was found is written whenever there is more of it, so that an interrupt, which passes
    through here, or a kill loses nothing. Raises CheckError, before anything is built, where the
    folder cannot be written to or no engine can be had.
    """
    today = datetime.now(timezone.utc).date()
    private = confidences(config, project, environment)

    def keep(results: Results) -> None:
        known = apply_known(blamed(stamped(results, origin)), config.known_failures, today)
        folder.keep(without_secrets(known, private))

    def tell(event: Event) -> None:
        observe(hidden(event, private))

    keep(Results())
    if folder.problem:
        raise folder.problem
    run = run_id(environment)
    state.save(environment, run, dict.fromkeys(runner.docker_host for runner in config.runners))
    run_plan(config, plan, engine, project=project, run_id=run, observe=tell, keep=keep, private=private)
    return Checked(folder.results, conclusion(folder.results, config.fail_on), folder.problem)


def stamped(results: Results, origin: Origin) -> Results:
    """*results* that say where they come from."""
    return replace(
        results,
        run=replace(results.run, project=origin.project, commit=origin.commit),
        cells=tuple(replace(cell, attempt=origin.attempt) for cell in results.cells),
    )


def run_id(environment: Mapping[str, str]) -> str:
    """A name for this run that labels everything it makes: GitHub's where there is one, plus our own."""
    github = "-".join(filter(None, (environment.get("GITHUB_RUN_ID"), environment.get("GITHUB_RUN_ATTEMPT"))))
    return f"{github or 'local'}-{secrets.token_hex(4)}"
