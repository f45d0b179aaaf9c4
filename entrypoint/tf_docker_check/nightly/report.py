"""A night as Markdown: the summary of its run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tf_docker_check.nightly.bisect import Bisection, BisectionEnd
from tf_docker_check.nightly.issue_values import IssueAction, IssueResult
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.report.changes import changes_table
from tf_docker_check.report.escape import code, prose
from tf_docker_check.upstream.tags import TagState


def render(report: NightReport) -> str:
    """Return the page: problems first, then what changed upstream, then what was done."""
    parts = [f"# {headline(report)}", *_regressions(report), *_infrastructure(report), *_tags(report)]
    parts += [*_lines("Releases", report.releases), *_lines("Not what the tag says", report.contents)]
    parts += [*_checked_section(report), *_issues(report)]
    parts += _lines("Notes", report.notes)
    return "\n\n".join(parts) + "\n"


def headline(report: NightReport) -> str:
    """Return the result in one line."""
    count, trouble = len(report.regressions), len(report.infrastructure)
    moved = sum(tag.moved not in {TagState.SAME, TagState.UNKNOWN} for tag in report.tags)
    if count:
        return f"Night {report.night.run}: {count} regression{'s' if count > 1 else ''}"
    if not report.night.complete:
        return f"Night {report.night.run}: stopped before its end"
    if trouble:
        return f"Night {report.night.run}: {trouble} errored (infrastructure)"
    if not report.due:
        return f"Night {report.night.run}: nothing to check"
    return f"Night {report.night.run}: {moved} of {len(report.tags)} tags moved, no problems"


def describe_bisection(bisection: Bisection | None) -> str:
    """Describe the result of the bisection in one or two sentences."""
    if bisection is None:
        return ""
    named = ", ".join(
        f"{code(change.name)} {_arrow(change.before, change.after)}" for change in bisection.culprits
    )
    trials = f"{bisection.trials} trial{'s' if bisection.trials != 1 else ''}"
    match bisection.ending:
        case BisectionEnd.ISOLATED:
            return f"The good image fails in the same way with this alone: {named} ({trials})."
        case BisectionEnd.OUT_OF_TIME:
            known = f"It is among: {named}" if named else "Nothing is known yet"
            return f"The search ran out of time. {known} ({trials})."
        case BisectionEnd.NOT_SEPARABLE:
            return f"Not separable: {prose(bisection.why)} ({trials})."
    return f"The search found no pair to work on: {prose(bisection.why)} ({trials})."


def _arrow(before: str, after: str) -> str:
    return f"{code(before) or 'not there'} → {code(after) or 'not there'}"


def _regressions(report: NightReport) -> Iterator[str]:
    for regression in report.regressions:
        yield f"## {prose(regression.title or regression.signature.words)}"
        yield "\n".join(_facts(regression))
        if table := changes_table(regression.changes):
            yield table
        if bisection := describe_bisection(regression.bisected):
            yield bisection


def _facts(regression: Regression) -> Iterator[str]:
    yield f"- signature: {code(regression.signature.words)}"
    yield f"- cells: {', '.join(map(code, regression.cells))}"
    yield f"- image: {code(regression.image)} at {code(regression.digest) or 'no digest'}"
    if regression.last_good.when:
        yield f"- last good: {code(regression.last_good.digest)}, {code(regression.last_good.when)}"
    yield f"- first bad: {code(regression.first_bad.digest) or 'this night'}, {code(regression.first_bad.when)}"
    yield from (f"- {prose(text)}" for text in regression.evidence)
    if regression.remedy:
        yield f"- to do: {prose(regression.remedy)}"


def _infrastructure(report: NightReport) -> Iterator[str]:
    if report.infrastructure:
        nights = report.infrastructure_nights
        yield f"## Infrastructure errors (night {nights} in a row)"
        yield "\n".join(f"- {code(name)}: {prose(why)}" for name, why in report.infrastructure.items())


def _tags(report: NightReport) -> Iterator[str]:
    moved = [tag for tag in report.tags if tag.moved is not TagState.SAME]
    if moved:
        yield "## Tags"
        rows = [
            f"| {code(tag.reference)} | {tag.moved} | {code(tag.before) or '–'} | {code(tag.image) or '–'} "
            f"| {prose(tag.why)}{_whether_it_pulls(tag.pulls)} |"
            for tag in moved
        ]
        yield "\n".join(["| tag | is | before | now | |", "| --- | --- | --- | --- | --- |", *rows])


def _whether_it_pulls(pulls: bool | None) -> str:
    return (
        ""
        if pulls is None
        else "; its last image still pulls"
        if pulls
        else "; its last image was removed too"
    )


def _checked_section(report: NightReport) -> Iterator[str]:
    if report.due:
        yield "## Checked"
        rows = [
            f"| {code(cell)} | {prose(why)} | {report.ends.get(cell, 'not checked')}"
            f"{f', {report.verdicts[cell]}' if cell in report.verdicts else ''} |"
            for cell, why in report.due.items()
        ]
        yield "\n".join(["| cell | why | result |", "| --- | --- | --- |", *rows])
    elif not report.regressions:
        yield f"Nothing moved in {len(report.tags)} tags; nothing was pulled or run."
    if report.proposal:
        url = f": {report.proposal_url}" if report.proposal_url else ""
        yield f"All that was checked passed, and the lock is older: an update is proposed{url}."


def _issues(report: NightReport) -> Iterator[str]:
    if report.issues:
        yield "## Issues"
        yield "\n".join(map(_step, report.issues))


def _step(taken: IssueResult) -> str:
    which = f" [#{taken.number}]({taken.url})" if taken.number else ""
    did = taken.step.value if taken.done or taken.step is IssueAction.LEAVE else f"would {taken.step}"
    return f"- {did}{which}: {prose(taken.title)} ({prose(taken.why)})"


def _lines(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}"
        yield "\n".join(f"- {prose(line)}" for line in lines)
