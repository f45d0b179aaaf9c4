"""What is to be done with the issue of a failure: a pure function of issue, night and policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tf_docker_check.model.nightly import KnownIssue, Memory, Next, NightReport, Policy, Step, Tonight


def next_step(issue: KnownIssue | None, tonight: Tonight, signature: str, policy: Policy) -> Next:
    """The step for the one *issue* there is of *signature* (an id); None: there is none.

    The rules are in docs/nightly.md. Taken twice for one night, the second time is a `LEAVE`.
    """
    known = issue.memory if issue else None
    if known and tonight.night.order <= known.order:
        return Next(Step.LEAVE, known, "it already knows of this night, or of a newer one")
    if issue is None:
        if not tonight.failing:
            return Next(Step.LEAVE, None, "nothing fails")
        return Next(Step.OPEN, _failing(None, tonight, signature), "a failure that no issue tells of")
    if tonight.failing:
        return _still(issue, tonight, signature, policy)
    return _better(issue, tonight, policy)


def tonight(report: NightReport, signature: str, cells: Sequence[str] = ()) -> Tonight:
    """How the night in *report* stands to *signature* (an id); *cells* are those its issue remembers."""
    found = next((each for each in report.regressions if each.id == signature), None)
    if found is None:
        digest = next((report.digests[cell] for cell in cells if report.digests.get(cell)), "")
        return Tonight(report.night, (), tuple(sorted(report.ends.items())), digest)
    culprits = found.bisected.culprits if found.bisected else ()
    return Tonight(
        night=report.night,
        failing=found.cells,
        ends=tuple(sorted(report.ends.items())),
        digest=found.digest,
        first_bad=found.first_bad,
        last_good=found.last_good,
        culprits=tuple(f"{each.name} {each.before or '–'} → {each.after or '–'}" for each in culprits),
    )


def _still(issue: KnownIssue, tonight: Tonight, signature: str, policy: Policy) -> Next:
    """The failure is there tonight."""
    known, memory = issue.memory, _failing(issue.memory, tonight, signature)
    if not issue.open:
        if not _recent(issue.closed, tonight.night.when, policy.reopen_days):
            return Next(Step.OPEN, _failing(None, tonight, signature), "it came back after a long time")
        if issue.closed_by_person:
            return Next(Step.LEAVE, known, "a person closed it")
        return Next(Step.REOPEN, memory, "it came back")
    if known is None:
        return Next(Step.UPDATE, memory, "what it remembered was gone")
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
    return Next(Step.COMMENT if changed else Step.UPDATE, memory, ", ".join(changed) or "as before")


def _better(issue: KnownIssue, tonight: Tonight, policy: Policy) -> Next:
    """The failure is not there tonight; whether that says anything, its own cells tell."""
    known = issue.memory
    if not issue.open or known is None:
        return Next(
            Step.LEAVE, known, "nothing fails" if known or not issue.open else "not known what failed"
        )
    ends = dict(tonight.ends)
    if not tonight.night.complete or any(ends.get(cell) != "passed" for cell in known.cells):
        return Next(Step.LEAVE, known, "not every cell that failed was seen to pass")
    memory = replace(
        known,
        good_nights=known.good_nights + 1,
        now=tonight.digest or known.now,
        run=tonight.night.run,
        attempt=tonight.night.attempt,
        when=tonight.night.when,
    )
    if memory.good_nights < policy.close_after:
        return Next(Step.UPDATE, memory, f"good night {memory.good_nights} of {policy.close_after}")
    if issue.reopened_by_person:
        return Next(Step.UPDATE, memory, "it is well, and a person keeps it open")
    return Next(Step.CLOSE, memory, f"{memory.good_nights} good nights")


def _failing(known: Memory | None, tonight: Tonight, signature: str) -> Memory:
    """What the issue is to remember of a failing night; since when, it knows best itself."""
    return Memory(
        signature=signature,
        cells=tuple(sorted(tonight.failing)),
        first_bad=known.first_bad if known and known.first_bad.when else tonight.first_bad,
        last_good=known.last_good if known and known.last_good.when else tonight.last_good,
        now=tonight.digest,
        run=tonight.night.run,
        attempt=tonight.night.attempt,
        when=tonight.night.when,
        culprits=tonight.culprits or (known.culprits if known else ()),
    )


def _recent(closed: str, now: str, days: int) -> bool:
    """Whether *closed* is at most *days* before *now*; times that cannot be read count as recent."""
    try:
        return datetime.fromisoformat(now.replace("Z", "+00:00")) - datetime.fromisoformat(
            closed.replace("Z", "+00:00")
        ) <= timedelta(days=days)
    except (ValueError, TypeError):
        return True
