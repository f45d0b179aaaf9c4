"""A repository on GitHub: its pull requests, comments, checks, runs, artifacts and issues.

Every method raises the errors of `github.errors` and nothing else. Lists are read over all pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from urllib.parse import quote

from tf_docker_check.errors import UsageError
from tf_docker_check.github import checks, proposal, reading, wire
from tf_docker_check.github.ask import Ask
from tf_docker_check.github.errors import Forbidden, GitHubError, NotFound
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.model.github import (
    CheckNote,
    CheckRun,
    Comment,
    Issue,
    IssueEvent,
    Job,
    PullRequest,
    StoredArtifact,
    WorkflowRun,
)
from tf_docker_check.model.text import one_line

API_URL = "https://api.github.com"
ACTIONS_BOT = "github-actions[bot]"
COMMENTS, ISSUES = "pull-requests: write", "issues: write"
CHECKS, RUNS = "checks: write", "actions: read"


def connect(
    token: str, repository: str, *, api_url: str = API_URL, retry_budget: RetryBudget | None = None
) -> GitHub:
    """Return the *repository* (owner/name) for *token*. No request is sent yet.

    Raises UsageError if token or name are invalid. `retry_budget`: how long to wait for GitHub in total, and
    who gets notices.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise UsageError(f"{one_line(repository, 100)!r} is not a repository name", remedy="write owner/name")
    if not token or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise UsageError("no usable GitHub token was given", remedy="set `github-token`")
    ask = Ask(token, api_url.rstrip("/"), retry_budget or RetryBudget())
    return GitHub(ask, repository, app=token.startswith("ghs_"))


class GitHub:
    """One repository. Created by `connect`."""

    def __init__(self, ask: Ask, repository: str, *, app: bool) -> None:
        self._ask, self.repository, self._app = ask, repository, app
        self._at = f"/repos/{repository}"
        self._login = ""

    def login(self) -> str:
        """Return the login of the token, requested once; github-actions[bot] if it is not available.

        The token of an app (such as GITHUB_TOKEN) may not request /user, but GraphQL returns it.
        """
        self._login = self._login or self._query_login()
        return self._login

    def pull(self, number: int) -> PullRequest:
        """Return a pull request."""
        return reading.pull(self._ask.get(f"{self._at}/pulls/{number}", "pull-requests: read"))

    def pulls(self, head: str = "", base: str = "") -> tuple[PullRequest, ...]:
        """Return open pull requests, filtered by the branch *head* (`owner:branch`) and the target *base*."""
        filters = _without_empty(state="open", head=head, base=base)
        return tuple(
            map(reading.pull, self._ask.pages(f"{self._at}/pulls", "", "pull-requests: read", **filters))
        )

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Return all comments on an issue or pull request, oldest first."""
        path = f"{self._at}/issues/{number}/comments"
        return tuple(map(reading.comment, self._ask.pages(path, "", "pull-requests: read")))

    def create_comment(self, number: int, body: str) -> Comment:
        """Create a comment, once: if a response is lost, our comment with the same body is returned."""

        def find() -> Comment | None:
            alike = [comment for comment in self.comments(number) if _same(comment.body, body)]
            return next((comment for comment in alike if comment.author == self.login()), None)

        path = f"{self._at}/issues/{number}/comments"
        return self._ask.create(path, {"body": body}, COMMENTS, read=reading.comment, find=find)

    def update_comment(
        self, comment_id: int, body: str, unless: Callable[[str], bool] = lambda _: False
    ) -> Comment:
        """Change the body of a comment. Raises NotFound if it was deleted.

        Before the request is repeated, maybe minutes later, the comment stays as it is if *unless* is true
        for its current body.
        """
        path = f"{self._at}/issues/comments/{comment_id}"

        def find() -> Comment | None:
            current = reading.comment(self._ask.get(path, "pull-requests: read"))
            return current if _same(current.body, body) or unless(current.body) else None

        return self._ask.create(
            path, {"body": body}, COMMENTS, read=reading.comment, find=find, method="PATCH"
        )

    def delete_comment(self, comment_id: int) -> None:
        """Remove a comment; one that is gone already is no error."""
        with suppress(NotFound):
            self._ask.change("DELETE", f"{self._at}/issues/comments/{comment_id}", None, COMMENTS)

    def create_check_run(
        self,
        name: str,
        head_sha: str,
        *,
        conclusion: str,
        title: str,
        summary: str,
        text: str = "",
        details_url: str = "",
        external_id: str = "",
        notes: Sequence[CheckNote] = (),
    ) -> CheckRun:
        """Create a completed check run for *head_sha*.

        `summary` and `text` have at most 65,535 characters each. `external_id` distinguishes ours from others
        of that name if a response is lost.
        """
        output = checks.output(title, summary, text, notes[: checks.NOTES])
        more = _without_empty(details_url=details_url, external_id=external_id)
        ended = {"status": "completed", "conclusion": conclusion}
        body = {"name": name, "head_sha": head_sha, **ended, **more, "output": output}
        made = self._ask.create(
            f"{self._at}/check-runs",
            body,
            CHECKS,
            read=reading.check_run,
            find=lambda: self._check_run(name, head_sha, external_id),
        )
        self._add_notes(made.id, title, summary, notes[checks.NOTES :])
        return made

    def run(self, run_id: int) -> WorkflowRun:
        """Return a workflow run in its newest attempt."""
        return reading.run(self._ask.get(f"{self._at}/actions/runs/{run_id}", RUNS))

    def runs(
        self, workflow: str = "", *, branch: str = "", event: str = "", status: str = "", head_sha: str = "",
        most: int = 20,
    ) -> tuple[WorkflowRun, ...]:  # fmt: skip
        """Return the newest *most* (100 at most) runs of a *workflow* (its file name; empty: of all).

        `status` also takes conclusions: `success`, `completed`, …
        """
        of = f"/workflows/{quote(workflow, safe='')}" if workflow else ""
        filters = _without_empty(branch=branch, event=event, status=status, head_sha=head_sha)
        document = self._ask.get(f"{self._at}/actions{of}/runs", RUNS, **filters, per_page=most)
        runs = document.get("workflow_runs") if isinstance(document, dict) else None
        return tuple(map(reading.run, runs if isinstance(runs, list) else ()))

    def jobs(self, run_id: int, attempt: int = 0) -> tuple[Job, ...]:
        """The jobs of a run, in its newest attempt or in the one given."""
        of = f"/attempts/{attempt}" if attempt else ""
        pages = self._ask.pages(f"{self._at}/actions/runs/{run_id}{of}/jobs", "jobs", RUNS)
        return tuple(map(reading.job, pages))

    def job(self, job_id: int) -> Job:
        """One job."""
        return reading.job(self._ask.get(f"{self._at}/actions/jobs/{job_id}", RUNS))

    def job_log(self, job_id: int, limit_bytes: int) -> bytes:
        """The log of a completed job. Raises GitHubError where it is larger, NotFound where it expired."""
        return self._download(f"{self._at}/actions/jobs/{job_id}/logs", limit_bytes)

    def artifacts(self, run_id: int) -> tuple[StoredArtifact, ...]:
        """Return all artifacts of a run, of all attempts."""
        pages = self._ask.pages(f"{self._at}/actions/runs/{run_id}/artifacts", "artifacts", RUNS)
        return tuple(map(reading.artifact, pages))

    def download(self, artifact: StoredArtifact, limit_bytes: int) -> bytes:
        """Download the zip of an artifact. Raises GitHubError if it is too large, NotFound if it expired."""
        if artifact.size > limit_bytes:
            raise GitHubError(
                f"the artifact {one_line(artifact.name, 100)!r} is too large", why=f"{artifact.size} bytes"
            )
        return self._download(f"{self._at}/actions/artifacts/{artifact.id}/zip", limit_bytes)

    def issues(
        self, labels: Sequence[str] = (), state: str = "open", creator: str = "", since: str = ""
    ) -> tuple[Issue, ...]:
        """Return issues that have all *labels*; `state` is open, closed or all. Pull requests are left out.

        `since`: only those changed then or later (RFC 3339, UTC with a Z).
        """
        filters = _without_empty(labels=",".join(labels), creator=creator, since=since)
        pages = self._ask.pages(f"{self._at}/issues", "", "issues: read", state=state, **filters)
        return tuple(issue for issue in map(reading.issue, pages) if not issue.is_pull)

    def issue(self, number: int) -> Issue:
        """Return one issue, with who closed it."""
        return reading.issue(self._ask.get(f"{self._at}/issues/{number}", "issues: read"))

    def issue_events(self, number: int) -> tuple[IssueEvent, ...]:
        """Return the events of an issue, oldest first: who closed and reopened it, and when."""
        pages = self._ask.pages(f"{self._at}/issues/{number}/events", "", "issues: read")
        return tuple(map(reading.event, pages))

    def create_issue(self, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Create an issue, once: if a response is lost, our issue with the same content is returned."""

        def find() -> Issue | None:
            ours = (issue for issue in self.issues(labels) if issue.author == self.login())
            return next((issue for issue in ours if issue.title == title and _same(issue.body, body)), None)

        sent = {"title": title, "body": body, "labels": list(labels)}
        return self._ask.create(f"{self._at}/issues", sent, ISSUES, read=reading.issue, find=find)

    def update_issue(
        self, number: int, *, title: str = "", body: str = "", state: str = "", state_reason: str = "",
        labels: Sequence[str] = (),
    ) -> Issue:  # fmt: skip
        """Change the given values. `state_reason`: completed, not_planned, reopened."""
        body_sent: Mapping[str, object] = {
            **_without_empty(title=title, body=body, state=state, state_reason=state_reason),
            **({"labels": list(labels)} if labels else {}),
        }
        return reading.issue(self._ask.change("PATCH", f"{self._at}/issues/{number}", body_sent, ISSUES))

    def is_fork(self) -> bool:
        """Return whether the repository is a fork."""
        return reading.is_fork(self._ask.get(self._at, "metadata: read"))

    def file(self, path: str, ref: str = "") -> bytes | None:
        """Return a file of the repository at *ref* (default branch); None if it does not exist.

        Raises GitHubError where it is over 1 MB.
        """
        stored = proposal.read_file(self._ask, self._at, path, ref)
        return None if stored is None else stored.content

    def propose(
        self, *, branch: str, path: str, content: bytes, message: str, title: str, body: str, base: str
    ) -> PullRequest | None:
        """Create a pull request that makes *path* contain *content*; None if *base* already has it.

        Repeated, it updates the open one. A *branch* without an open one starts anew from *base*.
        """
        change = proposal.Change(branch, path, content, message, title, body, base)
        return proposal.propose(self._ask, self._at, self.pulls, change)

    def _download(self, path: str, limit_bytes: int) -> bytes:
        def attempt() -> bytes:  # each gets a new address
            return wire.download(wire.safe(self._ask.location(path, RUNS), self._ask.api_url), limit_bytes)

        return self._ask.retry_budget.retry(attempt)

    def _query_login(self) -> str:
        try:
            login = self._ask.viewer() if self._app else reading.text(self._ask.get("/user"), "login")
        except (Forbidden, NotFound):
            login = ""
        return login or ACTIONS_BOT

    def _check_run(self, name: str, head_sha: str, external_id: str) -> CheckRun | None:
        path = f"{self._at}/commits/{quote(head_sha, safe='')}/check-runs"
        pages = self._ask.pages(path, "check_runs", CHECKS, check_name=name)
        ours = (candidate for candidate in pages if reading.text(candidate, "external_id") == external_id)
        return next(map(reading.check_run, ours), None)

    def _add_notes(self, check_id: int, title: str, summary: str, notes: Sequence[CheckNote]) -> None:
        for start in range(0, len(notes), checks.NOTES):
            output = checks.output(title, summary, "", notes[start : start + checks.NOTES])
            self._ask.change("PATCH", f"{self._at}/check-runs/{check_id}", {"output": output}, CHECKS)


def _without_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _same(one: str, other: str) -> bool:
    """Return whether two bodies are equal apart from line ends."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
