"""Decide what to do with the issue of a failure, from issue, night and policy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tf_docker_check.nightly.issue_values import (
    IssueAction,
    IssueMemory,
    IssuePolicy,
    KnownIssue,
    NextAction,
    NightStatus,
)
from tf_docker_check.nightly.night_report import NightReport


def next_action(
    issue: KnownIssue | None, status: NightStatus, signature: str, policy: IssuePolicy
) -> NextAction:
    """Return the next action for *issue*, the one of *signature* (an id); None: there is no issue.

    The rules are in docs/nightly.md. Repeated for the same night, the action is `LEAVE`.
    """
    known = issue.memory if issue else None
    if known and status.night.order <= known.order:
        return NextAction(IssueAction.LEAVE, known, "it already contains this run or a newer one")
    if issue is None:
        if not status.failing:
            return NextAction(IssueAction.LEAVE, None, "nothing fails")
        return NextAction(IssueAction.OPEN, _failing(None, status, signature), "a failure without an issue")
    if status.failing:
        return _still(issue, status, signature, policy)
    return _better(issue, status, policy)


def night_status(report: NightReport, signature: str, cells: Sequence[str] = ()) -> NightStatus:
    """Return the status of *signature* (an id) in *report*; *cells* are those that its issue remembers."""
    regression = next((change for change in report.regressions if change.id == signature), None)
    if regression is None:
        digest = next((report.digests[cell] for cell in cells if report.digests.get(cell)), "")
        return NightStatus(report.night, (), tuple(sorted(report.ends.items())), digest)
    culprits = regression.bisected.culprits if regression.bisected else ()
    return NightStatus(
        night=report.night,
        failing=regression.cells,
        ends=tuple(sorted(report.ends.items())),
        digest=regression.digest,
        first_bad=regression.first_bad,
        last_good=regression.last_good,
        culprits=tuple(
            f"{change.name} {change.before or '–'} → {change.after or '–'}" for change in culprits
        ),
    )


def _still(issue: KnownIssue, status: NightStatus, signature: str, policy: IssuePolicy) -> NextAction:
    """Return the next action for a failure of this night."""
    known, memory = issue.memory, _failing(issue.memory, status, signature)
    if not issue.open:
        if not _recent(issue.closed, status.night.when, policy.reopen_days):
            return NextAction(
                IssueAction.OPEN, _failing(None, status, signature), "it came back after a long time"
            )
        if issue.closed_by_person:
            return NextAction(IssueAction.LEAVE, known, "a person closed it")
        return NextAction(IssueAction.REOPEN, memory, "it came back")
    if known is None:
        return NextAction(IssueAction.UPDATE, memory, "its stored state was missing")
    changed = [
        word
        for word, before, after in (
            ("cells", known.cells, memory.cells),
            ("digest", known.now, memory.now),
            ("culprits", known.culprits, memory.culprits),
        )
        if before != after
    ]
    if known.good_nights:
        changed.append("it failed again after it had passed")
    return NextAction(
        IssueAction.COMMENT if changed else IssueAction.UPDATE, memory, ", ".join(changed) or "as before"
    )


def _better(issue: KnownIssue, status: NightStatus, policy: IssuePolicy) -> NextAction:
    """Return the next action for a failure that is not in this night; its cells decide what that means."""
    known = issue.memory
    if not issue.open or known is None:
        return NextAction(
            IssueAction.LEAVE, known, "nothing fails" if known or not issue.open else "not known what failed"
        )
    ends = dict(status.ends)
    if not status.night.complete or any(ends.get(cell) != "passed" for cell in known.cells):
        return NextAction(IssueAction.LEAVE, known, "not every cell that failed was seen to pass")
    memory = replace(
        known,
        good_nights=known.good_nights + 1,
        now=status.digest or known.now,
        run=status.night.run,
        attempt=status.night.attempt,
        when=status.night.when,
    )
    if memory.good_nights < policy.close_after:
        return NextAction(
            IssueAction.UPDATE, memory, f"good night {memory.good_nights} of {policy.close_after}"
        )
    if issue.reopened_by_person:
        return NextAction(IssueAction.UPDATE, memory, "the cells pass, and a person keeps it open")
    return NextAction(IssueAction.CLOSE, memory, f"{memory.good_nights} good nights")


def _failing(known: IssueMemory | None, status: NightStatus, signature: str) -> IssueMemory:
    """Return the memory after a failing night; when it began is kept if already known."""
    return IssueMemory(
        signature=signature,
        cells=tuple(sorted(status.failing)),
        first_bad=known.first_bad if known and known.first_bad.when else status.first_bad,
        last_good=known.last_good if known and known.last_good.when else status.last_good,
        now=status.digest,
        run=status.night.run,
        attempt=status.night.attempt,
        when=status.night.when,
        culprits=status.culprits or (known.culprits if known else ()),
    )


def _recent(closed: str, now: str, days: int) -> bool:
    """Whether *closed* is at most *days* before *now*; times that cannot be read count as recent."""
    try:
        return datetime.fromisoformat(now.replace("Z", "+00:00")) - datetime.fromisoformat(
            closed.replace("Z", "+00:00")
        ) <= timedelta(days=days)
    except (ValueError, TypeError):
        return True
