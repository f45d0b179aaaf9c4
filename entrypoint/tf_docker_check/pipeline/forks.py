"""Report on a fork's run, whose token may not comment, from a run whose token may.

The pull request is taken from GitHub's record of the run, never from the artifact, which the fork's author
controls and which is read as untrusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tf_docker_check.errors import CannotJudge, UsageError
from tf_docker_check.gha.event import Context, Pull
from tf_docker_check.gha.names import REPORT, newest
from tf_docker_check.model.github import PullRequest, WorkflowRun
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.pipeline.parts import unpack
from tf_docker_check.report.reproduce import not_shown
from tf_docker_check.results.document import MAX_BYTES

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

DEPENDABOT = "dependabot[bot]"


class NothingToTell(CannotJudge):
    """The run has nothing for a comment, or none that may be trusted to be of its pull request."""


@dataclass(frozen=True)
class Reported:
    """A pull request's results. `run` is the run that made them, on GitHub's word."""

    results: Results
    run: Context
    links: tuple[tuple[str, str], ...] = ()


def load_reports(github: GitHub, current: Context, key: str) -> tuple[Reported, ...]:
    """Load the results under *key* of the run that triggered *current*, for each of its open pull requests.

    Raises NothingToTell, UsageError where no run set this one off, and GitHubError.
    """
    if not current.triggered_by:
        raise UsageError(
            "`report-forks` does not know which run it is to report",
            why=f"the event is {current.event!r}",
            remedy="run it under `on: workflow_run`; examples/workflows/forks.yml shows how",
        )
    record = github.run(current.triggered_by)
    pulls = _pulls(github, record, current.repository)
    results, links = _results(github, record, key, current)
    return tuple(_report(results, links, record, pull, current) for pull in pulls)


def _pulls(github: GitHub, record: WorkflowRun, repository: str) -> tuple[PullRequest, ...]:
    """Return the open pull requests whose newest commit *record* ran on, and which it could not comment on."""
    if record.event != "pull_request":
        raise NothingToTell(f"run {record.id} was set off by {record.event or 'nothing known'}")
    owner = record.head_repository.partition("/")[0]
    if not owner or not record.head_branch:
        raise NothingToTell(f"run {record.id} does not name its branch: the fork was deleted")
    pulls = github.pulls(head=f"{owner}:{record.head_branch}")
    of_it = [pull for pull in pulls if pull.head_repository == record.head_repository]
    fresh = [pull for pull in of_it if pull.head_sha == record.head_sha]
    if not fresh:
        why = "it has newer commits" if of_it else "none is open"
        raise NothingToTell(f"run {record.id} is no longer the head of its pull request", why=why)
    if record.head_repository == repository and record.actor != DEPENDABOT:
        raise NothingToTell(f"run {record.id} is of this repository's own branch, and comments itself")
    return tuple(fresh)


def _results(
    github: GitHub, record: WorkflowRun, key: str, current: Context
) -> tuple[Results, tuple[tuple[str, str], ...]]:
    stored = {artifact.name: artifact for artifact in github.artifacts(record.id) if not artifact.expired}
    name = newest(stored, key).get(REPORT)
    if not name:
        raise NothingToTell(
            f"run {record.id} has left no results under the key {key!r}",
            remedy="its report job must be able to store artifacts, and use the same `comment-key`",
        )
    results = unpack(github.download(stored[name], MAX_BYTES), name)
    url = f"{current.server}/{current.repository}/actions/runs/{record.id}/artifacts/{stored[name].id}"
    return results, (("full report, JUnit, logs", url),)


def _report(
    results: Results,
    links: tuple[tuple[str, str], ...],
    record: WorkflowRun,
    pull: PullRequest,
    current: Context,
) -> Reported:
    run = replace(
        current,
        event=record.event,
        sha=record.head_sha,
        run_id=record.id,
        run_number=record.number,
        attempt=record.attempt,
        workflow=record.path.partition("@")[0].rpartition("/")[2],
        pull=Pull(pull.number, pull.head_sha, pull.head_repository, pull.base_branch, pull.labels),
    )
    run_info = replace(
        results.run,
        commit=record.head_sha,
        run_id=f"{record.id}-{record.attempt}",
        project=current.repository,
    )
    cells = tuple(map(_without_commands, results.cells))
    return Reported(replace(results, run=run_info, cells=cells), run, links)


def _without_commands(cell: CellResult) -> CellResult:
    """Return *cell* without commands: in a fork's artifact they are whatever its author wants pasted."""
    why = not_shown("these are results of a fork's run, whose commands are not shown")
    return replace(cell, reproduce=why if cell.reproduce else "")
