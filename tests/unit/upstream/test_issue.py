from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.model.nightly import (
    Atom,
    Bisected,
    Ending,
    KnownIssue,
    Memory,
    NightReport,
    Point,
    Policy,
    Regression,
    Signature,
    Step,
    Tonight,
)  # fmt: skip
from tf_docker_check.upstream.issue import next_step, tonight
from upstream.made import NEW, OLD, night

POLICY = Policy(close_after=2, reopen_days=14)
NOW = "2026-01-20T00:00:00+00:00"
KNOWN = Memory(
    "sig", ("a@cpu",), Point(NEW, "then", 4), Point(OLD, "before", 3), NEW, run=5, attempt=1, when="x"
)
FAILING = Tonight(night(20, NOW), ("a@cpu",), (("a@cpu", "failed"),), NEW, Point(NEW, "t", 20))
GOOD = Tonight(night(20, NOW), (), (("a@cpu", "passed"),), OLD)
OPEN, CLOSED = KnownIssue(1, True, KNOWN), KnownIssue(1, False, KNOWN, closed="2026-01-10T00:00:00Z")
ONCE = replace(OPEN, memory=replace(KNOWN, good_nights=1))


@pytest.mark.parametrize(
    ("issue", "night_", "step"),
    [
        (None, FAILING, Step.OPEN),
        (None, GOOD, Step.LEAVE),
        (OPEN, FAILING, Step.UPDATE),
        (OPEN, replace(FAILING, digest=OLD), Step.COMMENT),
        (OPEN, replace(FAILING, failing=("a@cpu", "b@cpu")), Step.COMMENT),
        (OPEN, replace(FAILING, culprits=("numpy 1 → 2",)), Step.COMMENT),
        (ONCE, FAILING, Step.COMMENT),
        (OPEN, GOOD, Step.UPDATE),
        (ONCE, GOOD, Step.CLOSE),
        (ONCE, replace(GOOD, night=night(20, NOW, complete=False)), Step.LEAVE),
        (ONCE, replace(GOOD, ends=()), Step.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "errored"),)), Step.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "skipped"),)), Step.LEAVE),
        (ONCE, replace(GOOD, ends=(("a@cpu", "failed"),)), Step.LEAVE),
        (ONCE, replace(GOOD, ends=(("b@cpu", "passed"),)), Step.LEAVE),
        (replace(ONCE, reopened_by_person=True), GOOD, Step.UPDATE),
        (replace(OPEN, reopened_by_person=True), replace(FAILING, digest=OLD), Step.COMMENT),
        (CLOSED, FAILING, Step.REOPEN),
        (CLOSED, GOOD, Step.LEAVE),
        (replace(CLOSED, closed_by_person=True), FAILING, Step.LEAVE),
        (replace(CLOSED, closed="2026-01-01T00:00:00Z"), FAILING, Step.OPEN),
        (replace(CLOSED, closed="2026-01-01T00:00:00Z", closed_by_person=True), FAILING, Step.OPEN),
        (replace(CLOSED, closed="2030-01-01T00:00:00Z"), FAILING, Step.REOPEN),
        (replace(CLOSED, closed="nonsense"), FAILING, Step.REOPEN),
        (replace(OPEN, memory=None), FAILING, Step.UPDATE),
        (replace(OPEN, memory=None), GOOD, Step.LEAVE),
        (OPEN, replace(FAILING, night=night(4)), Step.LEAVE),
        (OPEN, replace(GOOD, night=night(4)), Step.LEAVE),
    ],
)
def test_the_step(issue, night_, step: Step) -> None:
    assert next_step(issue, night_, "sig", POLICY).step is step


@pytest.mark.parametrize("start", [OPEN, ONCE, CLOSED, replace(OPEN, memory=None)])
def test_the_same_night_twice_does_nothing_the_second_time(start) -> None:
    first = next_step(start, FAILING, "sig", POLICY)
    again = replace(start, open=True, memory=first.memory)
    assert next_step(again, FAILING, "sig", POLICY).step is Step.LEAVE


def test_since_when_it_fails_the_issue_knows_best() -> None:
    memory = next_step(OPEN, replace(FAILING, first_bad=Point("other", "later", 20)), "sig", POLICY).memory
    assert memory
    assert (memory.first_bad, memory.last_good) == (KNOWN.first_bad, KNOWN.last_good)


def test_a_failure_starts_the_counting_anew() -> None:
    memory = next_step(ONCE, FAILING, "sig", POLICY).memory
    assert memory
    assert memory.good_nights == 0


def test_a_whole_life() -> None:
    """Opened, said again, better, worse, better twice, closed, back."""
    issue, steps = None, []
    for run, fails in enumerate([1, 1, 0, 1, 0, 0, 0, 1], 1):
        of = FAILING if fails else GOOD
        found = next_step(issue, replace(of, night=night(run)), "sig", POLICY)
        steps.append(found.step.value)
        is_open = found.step is not Step.CLOSE and (
            found.step is not Step.LEAVE or bool(issue and issue.open)
        )
        issue = KnownIssue(1, is_open, found.memory, closed=night(run).when)
    assert steps == ["open", "update", "update", "comment", "update", "close", "leave", "reopen"]


def test_a_nights_report_tells_how_it_stands_to_a_signature() -> None:
    found = Regression(
        Signature("s", "cpu", "numpy-abi"), "sig", ("a@cpu",), digest=NEW,
        bisected=Bisected(Ending.FOUND, (Atom("pip", "numpy", "1", "2"),)),
    )  # fmt: skip
    report = NightReport(night(3), ends={"a@cpu": "failed"}, digests={"a@cpu": NEW}, regressions=(found,))
    assert tonight(report, "sig").failing == ("a@cpu",)
    assert tonight(report, "sig").culprits == ("numpy 1 → 2",)
    other = tonight(report, "other", ("a@cpu",))
    assert (other.failing, other.ends, other.digest) == ((), (("a@cpu", "failed"),), NEW)
