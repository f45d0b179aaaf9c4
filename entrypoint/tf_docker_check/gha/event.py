"""What the runner says of the run and of what set it off.

The payload is GitHub's, but titles, branches and logins in it are anybody's: a value that has not
the form it should have is taken as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tf_docker_check.errors import UsageError

MAX_PAYLOAD = 32 * 1024 * 1024  # GitHub sends at most 25 MB (GitHub docs, "Webhook events and payloads")
MUTE = "tf-docker-check:quiet"
"""The label that keeps a pull request free of our comment."""

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_BOTS = frozenset({"dependabot[bot]"})


@dataclass(frozen=True)
class Pull:
    """The pull request that set the run off. `head_repository` is empty where the fork is gone."""

    number: int
    head_sha: str
    head_repository: str
    base_branch: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """A run of a workflow. Numbers are 0, texts empty and `pull` None where there is no such thing."""

    repository: str
    event: str
    sha: str
    run_id: int
    run_number: int
    attempt: int
    workflow: str  # its file's name, such as check.yml
    actor: str
    server: str
    api: str
    default_branch: str
    pull: Pull | None = None
    triggered_by: int = 0  # the run whose end set this one off (`workflow_run`)
    after_pull: bool = False  # that run was a pull request's
    branch: str = ""  # that the run is of; empty for pull requests and tags
    queue_of: str = ""  # the branch that a merge queue's run is to be merged into

    @property
    def head(self) -> str:
        """The commit that people know: a pull request's own, not its merge with the base."""
        return self.pull.head_sha if self.pull else self.sha

    @property
    def fork(self) -> bool:
        """Whether the pull request comes from another repository."""
        return self.pull is not None and self.pull.head_repository != self.repository

    @property
    def read_only(self) -> str:
        """Why GitHub gives this run a token that only reads and no secrets; empty where it does not."""
        if self.fork:
            return "the pull request comes from a fork"
        return "Dependabot made the pull request" if self.pull and self.actor in _BOTS else ""

    @property
    def base_branch(self) -> str:
        """The branch to compare results with: that of a pull request or merge queue, else the default one."""
        return (self.pull.base_branch if self.pull else self.queue_of) or self.default_branch

    @property
    def muted(self) -> bool:
        """Whether somebody wants no comment on this pull request."""
        return self.pull is not None and MUTE in self.pull.labels

    @property
    def rehearsal(self) -> str:
        """Why a night that this run does writes no issue and no pull request; empty where it does."""
        if self.event != "schedule":
            return f"the run was set off by {self.event or 'nobody knows what'}, not by its schedule"
        if not self.branch or self.branch != self.default_branch:
            return "the run is not of the default branch"
        return ""

    @property
    def run_url(self) -> str:
        """Where the run is seen."""
        return f"{self.server}/{self.repository}/actions/runs/{self.run_id}" if self.run_id else ""

    @property
    def commit_url(self) -> str:
        """Where the commit is seen."""
        return f"{self.server}/{self.repository}/commit/{self.head}" if self.head else ""


def read_context(environment: Mapping[str, str]) -> Context:
    """The run that *environment* tells of, with its payload. Raises UsageError for a damaged one."""
    return context(environment, _payload(environment.get("GITHUB_EVENT_PATH", "")))


def context(environment: Mapping[str, str], payload: Mapping[str, Any]) -> Context:
    """The run that *environment* and *payload* tell of."""
    event = environment.get("GITHUB_EVENT_NAME", "")
    return Context(
        repository=_matching(_REPOSITORY, environment.get("GITHUB_REPOSITORY")),
        event=event,
        sha=_matching(_SHA, environment.get("GITHUB_SHA")),
        run_id=_number(environment.get("GITHUB_RUN_ID")),
        run_number=_number(environment.get("GITHUB_RUN_NUMBER")),
        attempt=_number(environment.get("GITHUB_RUN_ATTEMPT")) or 1,
        workflow=_workflow(environment.get("GITHUB_WORKFLOW_REF", "")),
        actor=environment.get("GITHUB_ACTOR", ""),
        server=environment.get("GITHUB_SERVER_URL", "https://github.com"),
        api=environment.get("GITHUB_API_URL", "https://api.github.com"),
        default_branch=_text(payload, "repository", "default_branch") or _scheduled_branch(environment),
        pull=_pull(payload) if event.startswith("pull_request") else None,
        triggered_by=_number(_at(payload, "workflow_run", "id")) if event == "workflow_run" else 0,
        after_pull=event == "workflow_run"
        and _text(payload, "workflow_run", "event").startswith("pull_request"),
        branch=_branch(environment.get("GITHUB_REF", "")),
        queue_of=_branch(_text(payload, "merge_group", "base_ref")),
    )


def refuse_to_build(run: Context) -> None:
    """Raise UsageError where building would hand a stranger's Dockerfile what is ours."""
    if run.event == "pull_request_target" or run.after_pull:
        raise UsageError(
            f"images are not built under `{run.event}`",
            why="it runs with this repository's secrets and a token that may write, and what a pull request "
            "puts into a Dockerfile would run with them",
            remedy="build under `pull_request`, and let `mode: report-forks` under `workflow_run` comment",
        )


def _payload(name: str) -> Mapping[str, Any]:
    if not name:
        return {}
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAX_PAYLOAD + 1)
        payload = json.loads(data) if len(data) <= MAX_PAYLOAD else None
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError("the event's payload cannot be read", why=str(error)[:200]) from None
    if not isinstance(payload, dict):
        raise UsageError("the event's payload is no JSON object, or too large")
    return payload


def _pull(payload: Mapping[str, Any]) -> Pull | None:
    number = _number(_at(payload, "pull_request", "number"))
    if not number:
        return None
    labels = _at(payload, "pull_request", "labels")
    return Pull(
        number=number,
        head_sha=_matching(_SHA, _text(payload, "pull_request", "head", "sha")),
        head_repository=_matching(_REPOSITORY, _text(payload, "pull_request", "head", "repo", "full_name")),
        base_branch=_text(payload, "pull_request", "base", "ref"),
        labels=tuple(_text(label, "name") for label in (labels if isinstance(labels, list) else [])[:100]),
    )


def _scheduled_branch(environment: Mapping[str, str]) -> str:
    """The default branch, of a run that only that branch can have (GitHub docs, "Events": `schedule`)."""
    scheduled = environment.get("GITHUB_EVENT_NAME") == "schedule"
    return _branch(environment.get("GITHUB_REF", "")) if scheduled else ""


def _branch(reference: str) -> str:
    return reference.removeprefix("refs/heads/") if reference.startswith("refs/heads/") else ""


def _workflow(reference: str) -> str:
    """``check.yml`` from ``owner/name/.github/workflows/check.yml@refs/heads/main``."""
    return reference.partition("@")[0].rpartition("/")[2]


def _at(value: Any, *path: str) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _text(value: object, *path: str) -> str:
    node = _at(value, *path)
    return node[:1000] if isinstance(node, str) else ""


def _number(value: object) -> int:
    """A count or id; 0 where it is none."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def _matching(pattern: re.Pattern[str], text: str | None) -> str:
    return text if text and pattern.fullmatch(text) else ""
