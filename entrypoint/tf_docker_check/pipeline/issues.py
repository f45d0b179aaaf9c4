"""The issues of a night: for each failure the step that its one issue asks for, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from tf_docker_check.model.github import Issue
from tf_docker_check.model.nightly import (
    IssueStep,
    Memory,
    Next,
    NightlySettings,
    NightReport,
    Policy,
    Regression,
    Step,
    Tonight,
)
from tf_docker_check.pipeline.deliver import Remarks
from tf_docker_check.report import infrastructure as no_verdict
from tf_docker_check.report import issue as told
from tf_docker_check.upstream import infrastructure
from tf_docker_check.upstream.issue import next_step, tonight
from tf_docker_check.upstream.known import by_signature, known
from tf_docker_check.upstream.memory import bare, framed, memory_in

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

DUPLICATE = "The same as #{}, which another night opened at the same time."


@dataclass(frozen=True)
class Failure:
    """What an issue is of: `body` tells of it while it is there; None: it is not there tonight."""

    signature: str  # its id
    title: str
    tonight: Tonight
    body: Callable[[Memory, Policy], str] | None
    regression: Regression | None = None


def settle(
    github: GitHub, report: NightReport, settings: NightlySettings, remarks: Remarks, *, write: bool
) -> tuple[IssueStep, ...]:
    """Take the step that each failure's issue asks for; without *write*, only tell which that is.

    What GitHub does not let us do goes to *remarks*, and costs no other issue its step.
    """
    ours = remarks.attempt(lambda: _ours(github, report))
    if ours is None:
        return ()
    login = github.login() if ours or write else ""
    steps = []
    for failure in _failures(report, settings, ours):
        issue = ours.get(failure.signature)
        found = remarks.attempt(partial(_next, github, issue, failure, _policy(settings), login))
        if found is None:
            continue
        act = partial(_act, github, issue, failure, found, settings)
        taken = remarks.attempt(act) if write and found.step is not Step.LEAVE else None
        steps.append(_said(failure, found, taken or issue, done=taken is not None))
    return tuple(steps)


def _ours(github: GitHub, report: NightReport) -> Mapping[str, Issue]:
    """By signature: all that are open, whatever labels they lost, and those closed of late."""
    found = (*github.issues(), *github.issues(state="closed", since=_lately(report)))
    return by_signature(found, github.login()) if found else {}


def _lately(report: NightReport) -> str:
    """A day more than a relapse may take, by this machine's clock or the night's, whichever is behind."""
    now = datetime.now(timezone.utc)
    then = min(now, datetime.fromisoformat(report.night.when)) - timedelta(days=Policy().reopen_days + 1)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def _failures(report: NightReport, settings: NightlySettings, ours: Mapping[str, Issue]) -> Iterator[Failure]:
    """Every failure that is there tonight, or that an open issue tells of."""
    for found in report.regressions:
        body = partial(told.body, found, url=report.url)
        yield Failure(found.id, told.title(found), tonight(report, found.id), body, found)
    trouble = infrastructure.tonight(report, settings.infrastructure_nights)
    if trouble.failing:
        yield Failure(infrastructure.ID, no_verdict.TITLE, trouble, partial(no_verdict.body, report))
    there = {each.id for each in report.regressions} | ({infrastructure.ID} if trouble.failing else set())
    for signature, issue in sorted(ours.items()):
        if issue.state == "open" and signature not in there:
            memory = memory_in(issue.body)
            usual = tonight(report, signature, memory.cells if memory else ())
            its = trouble if signature == infrastructure.ID else usual
            yield Failure(signature, issue.title, its, None)


def _next(github: GitHub, issue: Issue | None, failure: Failure, policy: Policy, login: str) -> Next:
    there = known(issue, github.issue_events(issue.number), login) if issue else None
    return next_step(there, failure.tonight, failure.signature, policy)


def _act(
    github: GitHub, issue: Issue | None, failure: Failure, found: Next, settings: NightlySettings
) -> Issue:
    """Comment before the body remembers it: what is interrupted is said twice rather than never."""
    memory, policy = found.memory, _policy(settings)
    assert memory is not None, "only LEAVE remembers nothing"
    if issue is None or found.step is Step.OPEN:
        assert failure.body is not None, "only what fails is opened"
        return _open(github, failure, framed(failure.body(memory, policy), memory), settings.issue_labels)
    said = told.comment(found, failure.regression)
    if said:
        github.create_comment(issue.number, said)
    text = failure.body(memory, policy) if failure.body else told.restated(bare(issue.body), memory, policy)
    state = {Step.CLOSE: "closed", Step.REOPEN: "open"}.get(found.step, "")
    reason = {Step.CLOSE: "completed", Step.REOPEN: "reopened"}.get(found.step, "")
    return github.update_issue(issue.number, body=framed(text, memory), state=state, state_reason=reason)


def _open(github: GitHub, failure: Failure, body: str, labels: tuple[str, ...]) -> Issue:
    """The new issue, or the older one that a night beside this one opened while we did."""
    made = github.create_issue(failure.title, body, labels)
    oldest = by_signature(github.issues(), github.login()).get(failure.signature, made)
    if oldest.number >= made.number:
        return made
    github.update_issue(
        made.number, body=DUPLICATE.format(oldest.number), state="closed", state_reason="not_planned"
    )
    return oldest


def _policy(settings: NightlySettings) -> Policy:
    return Policy(close_after=settings.close_after)


def _said(failure: Failure, found: Next, issue: Issue | None, *, done: bool) -> IssueStep:
    said = IssueStep(failure.signature, failure.title, found.step, found.why, done=done)
    return replace(said, number=issue.number, url=issue.url) if issue else said
