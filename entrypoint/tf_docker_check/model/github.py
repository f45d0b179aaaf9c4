"""What GitHub told, as values. Titles, bodies, branches and logins are strangers' text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PullRequest:
    """`head_repository` (owner/name) is empty where the fork is gone."""

    number: int
    head_sha: str
    head_repository: str
    head_branch: str
    base_branch: str
    base_sha: str
    author: str
    labels: tuple[str, ...]
    state: str  # open | closed
    draft: bool
    url: str


@dataclass(frozen=True)
class Comment:
    """A comment on an issue or pull request. Its text may be anybody's; `author` is GitHub's word."""

    id: int
    author: str
    body: str
    url: str


@dataclass(frozen=True)
class WorkflowRun:
    """`number` counts the runs of one workflow, `attempt` the re-runs of one run, from 1."""

    id: int
    attempt: int
    number: int
    event: str
    head_sha: str
    head_branch: str
    head_repository: str
    conclusion: str  # empty while it runs
    status: str
    path: str  # of the workflow's file
    created: str  # RFC 3339
    url: str
    actor: str = ""  # whose rights the run has, also when somebody else runs it again


@dataclass(frozen=True)
class JobStep:
    """A step of a job. Times are RFC 3339 to the second, empty where it did not start or end."""

    name: str
    conclusion: str
    started: str
    completed: str


@dataclass(frozen=True)
class Job:
    """A job of a workflow run. `conclusion` is empty while it runs."""

    id: int
    run_id: int
    name: str
    conclusion: str
    url: str
    steps: tuple[JobStep, ...] = ()

    @property
    def failed(self) -> bool:
        return self.conclusion in {"failure", "timed_out"}


@dataclass(frozen=True)
class StoredArtifact:
    """A zip of files that a run left. `size` in bytes; `expired` ones cannot be downloaded."""

    id: int
    name: str
    size: int
    expired: bool
    run_id: int
    created: str  # RFC 3339


@dataclass(frozen=True)
class Issue:
    """`is_pull`: GitHub lists pull requests as issues too. `closed_by`: only where one was asked for."""

    number: int
    title: str
    body: str
    state: str  # open | closed
    author: str
    labels: tuple[str, ...]
    url: str
    closed_by: str
    is_pull: bool


@dataclass(frozen=True)
class IssueEvent:
    """Something that happened to an issue: `closed`, `reopened`, `labeled` and more."""

    kind: str
    actor: str
    created: str  # RFC 3339


@dataclass(frozen=True)
class CheckRun:
    """A check run beside a commit."""

    id: int
    url: str


@dataclass(frozen=True)
class CheckNote:
    """An annotation of a check run, on a line of a file of the repository."""

    path: str
    line: int
    level: str  # failure | warning | notice
    message: str
    title: str = ""
