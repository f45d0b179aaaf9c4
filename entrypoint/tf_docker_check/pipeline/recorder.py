"""Keep the results of a run on disk while it lasts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from tf_docker_check.diagnose.blame import assign_blame
from tf_docker_check.model.config import Config
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.reproduce import without_secrets
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.results.gate import apply_known


@dataclass(frozen=True)
class Origin:
    """What a run is about: the project, its commit, and how often it was tried."""

    project: str = ""
    commit: str = ""
    attempt: int = 1


LOCAL = Origin()
"""A local run: no repository, commit or attempt."""


@dataclass(frozen=True)
class Recorder:
    """Writes results into `directory`, without the values in `secrets`."""

    directory: ResultsDir
    config: Config
    secrets: Collection[str]
    origin: Origin = LOCAL

    def add(self, results: Results) -> None:
        """Append *results*, which hold one cell. Blame needs the other cells, so it is left to `save`."""
        self.directory.add(self._finish(results))

    def save(self, results: Results) -> None:
        """Write every document for all the *results* so far."""
        self.directory.save(self.complete(results))

    def complete(self, results: Results) -> Results:
        """Return *results* with origin, blame and known failures, and without secrets."""
        return self._finish(assign_blame(results))

    def _finish(self, results: Results) -> Results:
        today = datetime.now(timezone.utc).date()
        stamped = stamp(results, self.origin)
        return without_secrets(apply_known(stamped, self.config.known_failures, today), self.secrets)


def stamp(results: Results, origin: Origin) -> Results:
    """Return *results* marked with where they come from."""
    return replace(
        results,
        run=replace(results.run, project=origin.project, commit=origin.commit),
        cells=tuple(replace(cell, attempt=origin.attempt) for cell in results.cells),
    )
