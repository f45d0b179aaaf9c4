"""GitHub's JSON as values. What lacks or has another type than documented reads as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tf_docker_check.github.errors import GitHubError
from tf_docker_check.model.github import (
    CheckRun,
    Comment,
    Issue,
    IssueEvent,
    Job,
    JobStep,
    PullRequest,
    StoredArtifact,
    WorkflowRun,
)


def pull(document: object) -> PullRequest:
    """Read a pull request, from a list or alone."""
    return PullRequest(
        number=number(document, "number"),
        head_sha=text(document, "head", "sha"),
        head_repository=text(document, "head", "repo", "full_name"),
        head_branch=text(document, "head", "ref"),
        base_branch=text(document, "base", "ref"),
        base_sha=text(document, "base", "sha"),
        author=text(document, "user", "login"),
        labels=_labels(document),
        state=text(document, "state"),
        draft=_at(document, "draft") is True,
        url=text(document, "html_url"),
    )


def comment(document: object) -> Comment:
    """Read a comment on an issue or pull request."""
    return Comment(
        id=number(document, "id"),
        author=text(document, "user", "login"),
        body=text(document, "body"),
        url=text(document, "html_url"),
    )


def run(document: object) -> WorkflowRun:
    """Read a workflow run."""
    return WorkflowRun(
        id=number(document, "id"),
        attempt=_count(document, "run_attempt") or 1,
        number=number(document, "run_number"),
        event=text(document, "event"),
        head_sha=text(document, "head_sha"),
        head_branch=text(document, "head_branch"),
        head_repository=text(document, "head_repository", "full_name"),
        conclusion=text(document, "conclusion"),
        status=text(document, "status"),
        path=text(document, "path"),
        created=text(document, "created_at"),
        url=text(document, "html_url"),
        actor=text(document, "actor", "login"),
    )


def job(document: object) -> Job:
    """A job of a workflow run."""
    steps = _at(document, "steps")
    return Job(
        id=number(document, "id"),
        run_id=_count(document, "run_id"),
        name=text(document, "name"),
        conclusion=text(document, "conclusion"),
        url=text(document, "html_url"),
        steps=tuple(map(_step, steps if isinstance(steps, list) else ())),
    )


def _step(document: object) -> JobStep:
    return JobStep(
        name=text(document, "name"),
        conclusion=text(document, "conclusion"),
        started=text(document, "started_at"),
        completed=text(document, "completed_at"),
    )


def artifact(document: object) -> StoredArtifact:
    """Read an artifact of a workflow run."""
    return StoredArtifact(
        id=number(document, "id"),
        name=text(document, "name"),
        size=_count(document, "size_in_bytes"),
        expired=_at(document, "expired") is True,
        run_id=_count(document, "workflow_run", "id"),
        created=text(document, "created_at"),
    )


def issue(document: object) -> Issue:
    """Read an issue, or a pull request listed as one."""
    return Issue(
        number=number(document, "number"),
        title=text(document, "title"),
        body=text(document, "body"),
        state=text(document, "state"),
        author=text(document, "user", "login"),
        labels=_labels(document),
        url=text(document, "html_url"),
        closed_by=text(document, "closed_by", "login"),
        is_pull=_at(document, "pull_request") is not None,
    )


def event(document: object) -> IssueEvent:
    """Read an event of an issue."""
    return IssueEvent(
        kind=text(document, "event"),
        actor=text(document, "actor", "login"),
        created=text(document, "created_at"),
    )


def is_fork(document: object) -> bool:
    """Whether a repository is a fork; what does not say so counts as one, for forks are not written to."""
    return _at(document, "fork") is not False


def check_run(document: object) -> CheckRun:
    """Read a check run."""
    return CheckRun(number(document, "id"), text(document, "html_url"))


def text(document: object, *path: str) -> str:
    """Return the text at *path*; empty if there is none."""
    value = _at(document, *path)
    return value if isinstance(value, str) else ""


def number(document: object, key: str) -> int:
    """Return the number that identifies the object. Raises GitHubError if there is none."""
    value = _count(document, key)
    if not value:
        raise GitHubError(f"GitHub's answer lacks the {key}")
    return value


def _count(document: object, *path: str) -> int:
    value = _at(document, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _labels(document: object) -> tuple[str, ...]:
    """Return label names: labels are objects; the documentation allows plain names too."""
    given = _at(document, "labels")
    labels = given if isinstance(given, list) else []
    names = (label if isinstance(label, str) else text(label, "name") for label in labels)
    return tuple(name for name in names if name)


def _at(document: object, *path: str) -> Any:  # noqa: ANN401
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document
