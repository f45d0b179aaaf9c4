"""What results are compared with: the last ones of the base branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tf_docker_check.errors import CheckError
from tf_docker_check.gha.event import Context
from tf_docker_check.gha.names import REPORT, newest
from tf_docker_check.github.errors import NotFound
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline import results_dir
from tf_docker_check.pipeline.parts import unpack
from tf_docker_check.results.document import MAX_BYTES

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub
    from tf_docker_check.model.github import StoredArtifact, WorkflowRun

AUTO, OFF = "auto", "off"
OWN_EVENTS = frozenset({"push", "schedule", "workflow_dispatch"})
"""What sets off runs of the repository's own branches; a pull request's branch may be called `main` too."""

CUT_SHORT = frozenset({"cancelled", "skipped"})
"""Conclusions of runs that left some cells unjudged, if they left anything: an older run tells more."""

MOST_RUNS = 5


@dataclass(frozen=True)
class Base:
    """The results to compare with; if there are none, why."""

    results: Results | None = None
    why_not: str = ""


def from_file(workspace: Path, name: str) -> Base:
    """Load the results document *name* of *workspace*. Raises UsageError if it is not one."""
    return Base(results_dir.load(workspace / name, [workspace], name))


def from_branch(github: GitHub, run: Context, key: str) -> Base:
    """Load the newest merged results under *key* that this workflow left on the base branch of *run*.

    Only finished runs of this repository that are older than this one count. Raises GitHubError.
    """
    if not (run.workflow and run.base_branch):
        return Base(why_not="the run does not say which workflow and branch to compare with")
    for older in _runs(github, run):
        stored = {artifact.name: artifact for artifact in github.artifacts(older.id) if not artifact.expired}
        name = newest(stored, key).get(REPORT)
        results = _results(github, stored[name]) if name else None
        if results:
            return Base(results)
    return Base(
        why_not=f"no finished run of {run.workflow} on {run.base_branch} has left results; let it run there "
        "on `push` or `schedule` too"
    )


def _runs(github: GitHub, run: Context) -> Iterator[WorkflowRun]:
    try:
        listed = github.runs(run.workflow, branch=run.base_branch, status="completed")
    except NotFound:  # a workflow that the base branch does not have yet
        return
    ours = (
        past_run
        for past_run in listed
        if past_run.event in OWN_EVENTS
        and past_run.conclusion not in CUT_SHORT
        and past_run.head_repository == run.repository
        and past_run.id != run.run_id
    )
    newest_first = sorted(ours, key=lambda past_run: past_run.number, reverse=True)
    yield from [past_run for past_run in newest_first if not 0 < run.run_number < past_run.number][:MOST_RUNS]


def _results(github: GitHub, artifact: StoredArtifact) -> Results | None:
    """Load results; None if they are gone or of another version, since an older run may do."""
    try:
        return unpack(github.download(artifact, MAX_BYTES), artifact.name)
    except NotFound:
        return None
    except CheckError as error:
        if error.exit_code == 2:  # the document is not ours
            return None
        raise
