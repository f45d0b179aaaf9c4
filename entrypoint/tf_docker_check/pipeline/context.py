"""What every step of one run shares."""

from __future__ import annotations

import os
import secrets as random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.engine.connect import connect as connect_engine
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import Event, Observer
from tf_docker_check.model.redact import redact
from tf_docker_check.pipeline.recorder import LOCAL, Origin, Recorder
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.secrets import refuse_cache_keys, secret_values

Announce = Callable[[str, Iterable[str]], None]
"""Gets the run id and the engines' addresses before anything is made, so that a clean-up can find all of it."""


@dataclass(frozen=True)
class RunContext:
    """What every step of one run shares.

    `connect` takes a runner's docker host (empty: this machine's engine). `run_id` labels everything that
    the run makes. `secrets` are values that no document and no command may show.
    """

    config: Config
    project: Path
    directory: ResultsDir
    observe: Observer
    connect: Callable[[str], Engine]
    run_id: str
    secrets: frozenset[str] = frozenset()
    origin: Origin = LOCAL

    @property
    def recorder(self) -> Recorder:
        """Return what writes this run's results into its directory."""
        return Recorder(self.directory, self.config, self.secrets, self.origin)


def begin_run(
    config: Config,
    project: Path,
    directory: ResultsDir,
    observe: Observer,
    *,
    connect: Callable[[str], Engine] = connect_engine,
    environment: Mapping[str, str] = os.environ,
    origin: Origin = LOCAL,
    announce: Announce | None = None,
) -> RunContext:
    """Return the context of a run that begins now. Its events reach *observe* without secrets.

    Raises UsageError where the configuration holds secrets that cannot be kept.
    """
    refuse_cache_keys(config)
    secrets = secret_values(config, project, environment)
    run_id = make_run_id(environment)

    def observe_redacted(event: Event) -> None:
        observe(redact(event, secrets))

    if announce:
        announce(run_id, dict.fromkeys(runner.docker_host for runner in config.runners))
    return RunContext(config, project, directory, observe_redacted, connect, run_id, secrets, origin)


def make_run_id(environment: Mapping[str, str]) -> str:
    """Return a name for this run that labels everything it makes: GitHub's where there is one, plus our own."""
    github = "-".join(filter(None, (environment.get("GITHUB_RUN_ID"), environment.get("GITHUB_RUN_ATTEMPT"))))
    return f"{github or 'local'}-{random.token_hex(4)}"
