from __future__ import annotations

from dataclasses import replace

import pytest

from nightly.made import NEW, OLD, night
from tf_docker_check.nightly.bisect import Bisection, BisectionEnd, SingleChange  # fmt: skip
from tf_docker_check.nightly.issue_step import next_action, night_status
from tf_docker_check.nightly.issue_values import (  # fmt: skip
    IssueAction,
    IssueMemory,
    IssuePolicy,
    KnownIssue,
    NightStatus,
)
from tf_docker_check.nightly.night import SeenDigest  # fmt: skip
from tf_docker_check.nightly.night_report import NightReport, Regression  # fmt: skip
from tf_docker_check.nightly.signature import Signature  # fmt: skip

POLICY = IssuePolicy(close_after=2, reopen_days=14)
NOW = "2026-01-20T00:00:00+00:00"
KNOWN = IssueMemory(
    "sig",
    ("a@cpu",),
    SeenDigest(NEW, "then", 4),
    SeenDigest(OLD, "before", 3),
    NEW,
    run=5,
    attempt=1,
    when="x",
)
FAILING = NightStatus(night(20, NOW), ("a@cpu",), (("a@cpu", "failed"),), NEW, SeenDigest(NEW, "t", 20))
GOOD = NightStatus(night(20, NOW), (), (("a@cpu", "passed"),), OLD)
OPEN, CLOSED = KnownIssue(1, True, KNOWN), KnownIssue(1, False, KNOWN, closed="2026-01-10T00:00:00Z")
ONCE = replace(OPEN, memory=replace(KNOWN, good_nights=1))


@pytest.mark.parametrize(
    ("issue", "night_", "step"),
    [
        (None, FAILING, IssueAction.OPEN),
        (None, GOOD, IssueAction.LEAVE),
        (OPEN, FAILING, IssueAction.UPDATE),
        (OPEN, replace(FAILING, digest=OLD), IssueAction.COMMENT),
        (OPEN, replace(FAILING, failing=("a@cpu", "b@cpu")), IssueAction.COMMENT),
        (OPEN, replace(FAILING, culprits=("numpy 1 → 2",)), IssueAction.COMMENT),
        (ONCE, FAILING, IssueAction.COMMENT),
        (OPEN, GOOD, IssueAction.UPDATE),
        (ONCE, GOOD, IssueAction.CLOSE),
        (ONCE, replace(GOOD, night=night(20, NOW, complete=False)), IssueAction.LEAVE),
        (ONCE, replace(GOOD, ends=()), IssueAction.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "errored"),)), IssueAction.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "skipped"),)), IssueAction.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "failed"),)), IssueAction.LEAVE),
        (ONCE, replace(GOOD, ends=(("b@cpu", "passed"),)), IssueAction.LEAVE),
        (replace(ONCE, reopened_by_person=True), GOOD, IssueAction.UPDATE),
        (replace(OPEN, reopened_by_person=True), replace(FAILING, digest=OLD), IssueAction.COMMENT),
        (CLOSED, FAILING, IssueAction.REOPEN),
        (CLOSED, GOOD, IssueAction.LEAVE),
        (replace(CLOSED, closed_by_person=True), FAILING, IssueAction.LEAVE),
        (replace(CLOSED, closed="2026-01-01T00:00:00Z"), FAILING, IssueAction.OPEN),
        (replace(CLOSED, closed="2026-01-01T00:00:00Z", closed_by_person=True), FAILING, IssueAction.OPEN),
        (replace(CLOSED, closed="2030-01-01T00:00:00Z"), FAILING, IssueAction.REOPEN),
        (replace(CLOSED, closed="nonsense"), FAILING, IssueAction.REOPEN),
        (replace(OPEN, memory=None), FAILING, IssueAction.UPDATE),
        (replace(OPEN, memory=None), GOOD, IssueAction.LEAVE),
        (OPEN, replace(FAILING, night=night(4)), IssueAction.LEAVE),
        (OPEN, replace(GOOD, night=night(4)), IssueAction.LEAVE),
    ],
)
def test_the_step(issue, night_, step: IssueAction) -> None:
    assert next_action(issue, night_, "sig", POLICY).step is step


@pytest.mark.parametrize("start", [OPEN, ONCE, CLOSED, replace(OPEN, memory=None)])
def test_the_same_night_twice_does_nothing_the_second_time(start) -> None:
    first = next_action(start, FAILING, "sig", POLICY)
    again = replace(start, open=True, memory=first.memory)
    assert next_action(again, FAILING, "sig", POLICY).step is IssueAction.LEAVE


def test_since_when_it_fails_the_issue_knows_best() -> None:
    memory = next_action(
        OPEN, replace(FAILING, first_bad=SeenDigest("other", "later", 20)), "sig", POLICY
    ).memory
    assert memory
    assert (memory.first_bad, memory.last_good) == (KNOWN.first_bad, KNOWN.last_good)


def test_a_failure_starts_the_counting_anew() -> None:
    memory = next_action(ONCE, FAILING, "sig", POLICY).memory
    assert memory
    assert memory.good_nights == 0


def test_a_whole_life() -> None:
    """Opened, said again, better, worse, better twice, closed, back."""
    issue, steps = None, []
    for run, fails in enumerate([1, 1, 0, 1, 0, 0, 0, 1], 1):
        of = FAILING if fails else GOOD
        found = next_action(issue, replace(of, night=night(run)), "sig", POLICY)
        steps.append(found.step.value)
        is_open = found.step is not IssueAction.CLOSE and (
            found.step is not IssueAction.LEAVE or bool(issue and issue.open)
        )
        issue = KnownIssue(1, is_open, found.memory, closed=night(run).when)
    assert steps == ["open", "update", "update", "comment", "update", "close", "leave", "reopen"]


def test_a_nights_report_tells_how_it_stands_to_a_signature() -> None:
    found = Regression(
        Signature("s", "cpu", "numpy-abi"), "sig", ("a@cpu",), digest=NEW,
        bisected=Bisection(BisectionEnd.ISOLATED, (SingleChange("pip", "numpy", "1", "2"),)),
    )  # fmt: skip
    report = NightReport(night(3), ends={"a@cpu": "failed"}, digests={"a@cpu": NEW}, regressions=(found,))
    assert night_status(report, "sig").failing == ("a@cpu",)
    assert night_status(report, "sig").culprits == ("numpy 1 → 2",)
    other = night_status(report, "other", ("a@cpu",))
    assert (other.failing, other.ends, other.digest) == ((), (("a@cpu", "failed"),), NEW)
