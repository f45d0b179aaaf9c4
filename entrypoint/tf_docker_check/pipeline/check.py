"""The whole of it: from a project's configuration to results on disk and a verdict."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from tf_docker_check.diagnose.blame import blamed
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import Observer
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.folder import Folder
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.report.gate import Verdict, apply_known, conclusion


@dataclass(frozen=True)
class Checked:
    """What a run came to."""

    results: Results
    verdict: Verdict


def check(
    config: Config,
    plan: Plan,
    *,
    project: Path,
    folder: Folder,
    observe: Observer,
    environment: Mapping[str, str] = os.environ,
    engine: Callable[[str], Engine] = connect,
) -> Checked:
    """Carry out *plan* and write results.json, junit.xml and report.md into *folder*.

    An interrupt passes through after what was found has been published.
    """
    folder.keep(folder.results)  # a folder that cannot be written to is told before anything is built
    try:
        run_plan(
            config,
            plan,
            engine,
            project=project,
            run_id=run_id(environment),
            observe=observe,
            keep=folder.keep,
        )
    finally:
        today = datetime.now(timezone.utc).date()
        results = apply_known(blamed(folder.results), config.known_failures, today)
        folder.publish(results)
    return Checked(results, conclusion(results, config.fail_on))


def run_id(environment: Mapping[str, str]) -> str:
    """A name for this run that labels everything it makes: GitHub's where there is one, plus our own."""
    github = "-".join(filter(None, (environment.get("GITHUB_RUN_ID"), environment.get("GITHUB_RUN_ATTEMPT"))))
    return f"{github or 'local'}-{secrets.token_hex(4)}"
