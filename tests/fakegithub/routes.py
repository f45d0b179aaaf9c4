"""Which module answers which operation of GitHub's OpenAPI document, and what permission that takes.

The cut of the document (`bin/cut-openapi`) holds exactly these operations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from fakegithub import actions, artifacts, checks, comments, git, issues, pulls, repositories
from fakegithub.call import Call
from fakegithub.message import Answer

SLASHED = {"path", "ref"}
"""Parameters that may hold slashes."""


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    answer: Callable[[Call], Answer]
    needs: str = ""
    """As in `x-accepted-github-permissions`."""
    even_public: bool = False
    """Whether reading needs the permission in a public repository too."""

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        def group(name: re.Match[str]) -> str:
            return f"(?P<{name[1]}>{'.+' if name[1] in SLASHED else '[^/]+'})"

        return re.compile(re.sub(r"\\\{(\w+)\\\}", group, re.escape(self.template)))

    def parameters(self, path: str) -> dict[str, str] | None:
        matched = self.pattern.fullmatch(path)
        return {name: unquote(value) for name, value in matched.groupdict().items()} if matched else None


REPOSITORY = "/repos/{owner}/{repo}"
ISSUE = f"{REPOSITORY}/issues/{{issue_number}}"
COMMENT = f"{REPOSITORY}/issues/comments/{{comment_id}}"
CHECK_RUN = f"{REPOSITORY}/check-runs/{{check_run_id}}"
RUN = f"{REPOSITORY}/actions/runs/{{run_id}}"
READ_ISSUES = "issues=read; pull_requests=read"
WRITE_ISSUES = "issues=write; pull_requests=write"

ROUTES = (
    Route("GET", "/user", repositories.viewer),
    Route("GET", REPOSITORY, repositories.get, "metadata=read"),
    Route("GET", f"{REPOSITORY}/issues", issues.list_issues, "issues=read"),
    Route("POST", f"{REPOSITORY}/issues", issues.create, "issues=write"),
    Route("GET", COMMENT, comments.get, READ_ISSUES),
    Route("PATCH", COMMENT, comments.update, WRITE_ISSUES),
    Route("DELETE", COMMENT, comments.delete, WRITE_ISSUES),
    Route("GET", ISSUE, issues.get, READ_ISSUES),
    Route("PATCH", ISSUE, issues.update, WRITE_ISSUES),
    Route("GET", f"{ISSUE}/comments", comments.list_comments, READ_ISSUES),
    Route("POST", f"{ISSUE}/comments", comments.create, WRITE_ISSUES),
    Route("GET", f"{ISSUE}/events", issues.events, READ_ISSUES),
    Route("GET", f"{ISSUE}/labels", issues.issue_labels, READ_ISSUES),
    Route("POST", f"{ISSUE}/labels", issues.add_labels, WRITE_ISSUES),
    Route("DELETE", f"{ISSUE}/labels/{{name}}", issues.remove_label, WRITE_ISSUES),
    Route("GET", f"{REPOSITORY}/labels", issues.list_labels, READ_ISSUES),
    Route("POST", f"{REPOSITORY}/labels", issues.create_label, WRITE_ISSUES),
    Route("GET", f"{REPOSITORY}/labels/{{name}}", issues.get_label, READ_ISSUES),
    Route("GET", f"{REPOSITORY}/pulls", pulls.list_pulls, "pull_requests=read"),
    Route("POST", f"{REPOSITORY}/pulls", pulls.create, "pull_requests=write"),
    Route("GET", f"{REPOSITORY}/pulls/{{pull_number}}", pulls.get, "pull_requests=read"),
    Route("PATCH", f"{REPOSITORY}/pulls/{{pull_number}}", pulls.update, "pull_requests=write"),
    Route("POST", f"{REPOSITORY}/check-runs", checks.create, "checks=write"),
    Route("GET", CHECK_RUN, checks.get, "checks=read"),
    Route("PATCH", CHECK_RUN, checks.update, "checks=write"),
    Route("GET", f"{CHECK_RUN}/annotations", checks.list_annotations, "checks=read"),
    Route("GET", f"{REPOSITORY}/commits/{{ref}}/check-runs", checks.of_commit, "checks=read"),
    Route("GET", f"{REPOSITORY}/commits/{{commit_sha}}/pulls", pulls.of_commit, "pull_requests=read"),
    Route("GET", f"{REPOSITORY}/commits", git.list_commits, "contents=read"),
    Route("GET", f"{REPOSITORY}/commits/{{ref}}", git.get_commit, "contents=read"),
    Route("GET", f"{REPOSITORY}/actions/runs", actions.list_runs, "actions=read"),
    Route("GET", RUN, actions.get_run, "actions=read"),
    Route("GET", f"{RUN}/jobs", actions.jobs, "actions=read"),
    Route("GET", f"{RUN}/attempts/{{attempt_number}}/jobs", actions.jobs_of_attempt, "actions=read"),
    Route("GET", f"{REPOSITORY}/actions/jobs/{{job_id}}", actions.get_job, "actions=read"),
    Route(
        "GET", f"{REPOSITORY}/actions/jobs/{{job_id}}/logs", actions.job_log, "actions=read", even_public=True
    ),
    Route("GET", f"{RUN}/artifacts", artifacts.of_run, "actions=read"),
    Route("GET", f"{REPOSITORY}/actions/artifacts", artifacts.of_repository, "actions=read"),
    Route("GET", f"{REPOSITORY}/actions/artifacts/{{artifact_id}}", artifacts.get, "actions=read"),
    Route(
        "GET",
        f"{REPOSITORY}/actions/artifacts/{{artifact_id}}/{{archive_format}}",
        artifacts.download,
        "actions=read",
        even_public=True,
    ),
    Route("GET", f"{REPOSITORY}/actions/workflows", actions.list_workflows, "actions=read"),
    Route("GET", f"{REPOSITORY}/actions/workflows/{{workflow_id}}", actions.get_workflow, "actions=read"),
    Route("GET", f"{REPOSITORY}/actions/workflows/{{workflow_id}}/runs", actions.list_runs, "actions=read"),
    Route("GET", f"{REPOSITORY}/branches/{{branch}}", git.get_branch, "contents=read"),
    Route("GET", f"{REPOSITORY}/git/ref/{{ref}}", git.get_ref, "contents=read"),
    Route("GET", f"{REPOSITORY}/git/matching-refs/{{ref}}", git.matching_refs, "contents=read"),
    Route("POST", f"{REPOSITORY}/git/refs", git.create_ref, "contents=write"),
    Route("PATCH", f"{REPOSITORY}/git/refs/{{ref}}", git.update_ref, "contents=write"),
    Route("DELETE", f"{REPOSITORY}/git/refs/{{ref}}", git.delete_ref, "contents=write"),
    Route("GET", f"{REPOSITORY}/contents/{{path}}", git.get_contents, "contents=read"),
    Route("PUT", f"{REPOSITORY}/contents/{{path}}", git.put_contents, "contents=write"),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    for route in ROUTES:
        parameters = route.parameters(path) if route.method == method else None
        if parameters is not None:
            return route, parameters
    return None
