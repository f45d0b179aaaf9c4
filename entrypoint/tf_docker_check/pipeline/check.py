"""The whole of it: from a project's configuration to results on disk and a verdict."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.gha import state
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import Event, Observer
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.redact import redact
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.recorder import LOCAL, Origin, Recorder
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.pipeline.secrets import secret_values
from tf_docker_check.results.gate import Verdict, conclusion


@dataclass(frozen=True)
class Checked:
    """What a run came to. `unwritten` says why its documents are not in their folder."""

    results: Results
    verdict: Verdict
    unwritten: CheckError | None = None


def check(
    config: Config,
    plan: Plan,
    *,
    project: Path,
    folder: ResultsDir,
    observe: Observer,
    environment: Mapping[str, str] = os.environ,
    engine: Callable[[str], Engine] = connect,
    origin: Origin = LOCAL,
) -> Checked:
    """Carry out *plan* and write results.json, junit.xml and report.md into *folder*.

    Each cell is written as it ends, and the documents at the end or on an interrupt, which passes
    through here, so that neither that nor a kill loses anything. Raises CheckError, before anything is built, where the
    folder cannot be written to or no engine can be had.
    """
    private = secret_values(config, project, environment)
    recorder = Recorder(folder, config, private, origin)

    def observe_redacted(event: Event) -> None:
        observe(redact(event, private))

    recorder.save(Results())
    if folder.problem:
        raise folder.problem
    run = run_id(environment)
    state.save(environment, run, dict.fromkeys(runner.docker_host for runner in config.runners))
    run_plan(
        config,
        plan,
        engine,
        project=project,
        run_id=run,
        observe=observe_redacted,
        keeper=recorder,
        private=private,
    )
    return Checked(folder.results, conclusion(folder.results, config.fail_on), folder.problem)


def run_id(environment: Mapping[str, str]) -> str:
    """A name for this run that labels everything it makes: GitHub's where there is one, plus our own."""
    github = "-".join(filter(None, (environment.get("GITHUB_RUN_ID"), environment.get("GITHUB_RUN_ATTEMPT"))))
    return f"{github or 'local'}-{secrets.token_hex(4)}"
