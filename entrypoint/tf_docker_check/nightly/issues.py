"""Update the GitHub issues of a nightly run: for each failure, the next action of its one issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from tf_docker_check.model.config import NightlySettings
from tf_docker_check.model.github import Issue
from tf_docker_check.nightly import infrastructure, issue_text
from tf_docker_check.nightly import infrastructure_text as no_verdict
from tf_docker_check.nightly.issue_memory import issue_body, memory_in, visible_text
from tf_docker_check.nightly.issue_step import next_action, night_status
from tf_docker_check.nightly.issue_values import (
    IssueAction,
    IssueMemory,
    IssuePolicy,
    IssueResult,
    NextAction,
    NightStatus,
)
from tf_docker_check.nightly.known_issue import by_signature, read_issue
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.pipeline.remarks import Remarks

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

DUPLICATE = "Duplicate of #{}, which another run opened at the same time."


@dataclass(frozen=True)
class Failure:
    """What an issue is about. `body` makes its text; None where the failure is not in this night."""

    signature: str  # its id
    title: str
    status: NightStatus
    body: Callable[[IssueMemory, IssuePolicy], str] | None
    regression: Regression | None = None


def settle(
    github: GitHub, report: NightReport, settings: NightlySettings, remarks: Remarks, *, write: bool
) -> tuple[IssueResult, ...]:
    """Carry out the next action of each failure's issue; without *write*, only return it.

    What GitHub does not permit goes to *remarks*, and affects no other issue.
    """
    ours = remarks.attempt(lambda: _ours(github, report))
    if ours is None:
        return ()
    login = github.login() if ours or write else ""
    steps = []
    for failure in _failures(report, settings, ours):
        issue = ours.get(failure.signature)
        action = remarks.attempt(partial(_next, github, issue, failure, _policy(settings), login))
        if action is None:
            continue
        act = partial(_act, github, issue, failure, action, settings)
        taken = remarks.attempt(act) if write and action.step is not IssueAction.LEAVE else None
        steps.append(_describe(failure, action, taken or issue, done=taken is not None))
    return tuple(steps)


def _ours(github: GitHub, report: NightReport) -> Mapping[str, Issue]:
    """Return our issues by signature: all open ones, whatever their labels, and recently closed ones."""
    issues = (*github.issues(), *github.issues(state="closed", since=_lately(report)))
    return by_signature(issues, github.login()) if issues else {}


def _lately(report: NightReport) -> str:
    """Return the date since which closed issues are needed: one day more than a relapse may take.

    It counts from this machine's clock or the run's start, whichever is earlier.
    """
    now = datetime.now(timezone.utc)
    then = min(now, datetime.fromisoformat(report.night.when)) - timedelta(days=IssuePolicy().reopen_days + 1)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def _failures(report: NightReport, settings: NightlySettings, ours: Mapping[str, Issue]) -> Iterator[Failure]:
    """Yield every failure of this night, and those of open issues."""
    for regression in report.regressions:
        body = partial(issue_text.body, regression, url=report.url)
        yield Failure(
            regression.id, issue_text.title(regression), night_status(report, regression.id), body, regression
        )
    trouble = infrastructure.night_status(report, settings.infrastructure_nights)
    if trouble.failing:
        yield Failure(infrastructure.ID, no_verdict.TITLE, trouble, partial(no_verdict.body, report))
    failing = {item.id for item in report.regressions} | ({infrastructure.ID} if trouble.failing else set())
    for signature, issue in sorted(ours.items()):
        if issue.state == "open" and signature not in failing:
            memory = memory_in(issue.body)
            usual = night_status(report, signature, memory.cells if memory else ())
            its = trouble if signature == infrastructure.ID else usual
            yield Failure(signature, issue.title, its, None)


def _next(
    github: GitHub, issue: Issue | None, failure: Failure, policy: IssuePolicy, login: str
) -> NextAction:
    known = read_issue(issue, github.issue_events(issue.number), login) if issue else None
    return next_action(known, failure.status, failure.signature, policy)


def _act(
    github: GitHub, issue: Issue | None, failure: Failure, action: NextAction, settings: NightlySettings
) -> Issue:
    """Carry out the action. The comment comes first: if interrupted, it is repeated rather than lost."""
    memory, policy = action.memory, _policy(settings)
    assert memory is not None, "only LEAVE remembers nothing"
    if issue is None or action.step is IssueAction.OPEN:
        assert failure.body is not None, "only what fails is opened"
        return _open(github, failure, issue_body(failure.body(memory, policy), memory), settings.issue_labels)
    comment = issue_text.comment(action, failure.regression)
    if comment:
        github.create_comment(issue.number, comment)
    text = (
        failure.body(memory, policy)
        if failure.body
        else issue_text.with_new_status(visible_text(issue.body), memory, policy)
    )
    state = {IssueAction.CLOSE: "closed", IssueAction.REOPEN: "open"}.get(action.step, "")
    reason = {IssueAction.CLOSE: "completed", IssueAction.REOPEN: "reopened"}.get(action.step, "")
    return github.update_issue(issue.number, body=issue_body(text, memory), state=state, state_reason=reason)


def _open(github: GitHub, failure: Failure, body: str, labels: tuple[str, ...]) -> Issue:
    """Return the new issue, or the older one that a concurrent run has opened meanwhile."""
    made = github.create_issue(failure.title, body, labels)
    oldest = by_signature(github.issues(), github.login()).get(failure.signature, made)
    if oldest.number >= made.number:
        return made
    github.update_issue(
        made.number, body=DUPLICATE.format(oldest.number), state="closed", state_reason="not_planned"
    )
    return oldest


def _policy(settings: NightlySettings) -> IssuePolicy:
    return IssuePolicy(close_after=settings.close_after)


def _describe(failure: Failure, action: NextAction, issue: Issue | None, *, done: bool) -> IssueResult:
    result = IssueResult(failure.signature, failure.title, action.step, action.why, done=done)
    return replace(result, number=issue.number, url=issue.url) if issue else result
