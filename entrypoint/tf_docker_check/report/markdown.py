"""The report as GitHub's Markdown, never longer than it may be: for summary, comment and file alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.model.results import Results
from tf_docker_check.report import details, header
from tf_docker_check.report.context import EMPTY, ReportContext
from tf_docker_check.report.escape import fold, prose
from tf_docker_check.report.failures import section
from tf_docker_check.report.truncation import LEVELS, Detail
from tf_docker_check.results import rows
from tf_docker_check.results.compare import BaselineStatus
from tf_docker_check.results.gate import Verdict, conclusion
from tf_docker_check.results.group import FailureGroup, group_failures
from tf_docker_check.results.recommend import Recommendation, recommend

SUMMARY_LIMIT = 1024 * 1024  # bytes; a step summary beyond is dropped whole


@dataclass(frozen=True)
class _Page:
    """What a page shows, at whatever length."""

    results: Results
    verdict: Verdict
    context: ReportContext
    failures: Sequence[FailureGroup]
    shown: rows.Table
    recommended: Recommendation


def render(
    results: Results,
    verdict: Verdict | None = None,
    *,
    limit: int = SUMMARY_LIMIT,
    context: ReportContext = EMPTY,
) -> str:
    """Render the report in at most *limit* bytes of UTF-8; the heading is always there.

    Without *verdict* it is that of the default gate. If everything is as good as on the base branch, all but
    two lines are folded.
    """
    page = _Page(
        results,
        verdict or conclusion(results, comparison=context.comparison),
        context,
        group_failures(results, context.comparison),
        rows.table(results, context.comparison),
        recommend(results),
    )

    def fits(detail: Detail) -> bool:
        return len(_text(page, detail).encode()) <= limit

    # Most fit whole; otherwise not every level is tried, since untrusted results may be large.
    level = 0 if fits(LEVELS[0]) else bisect_left(LEVELS, True, lo=1, key=fits)
    return _text(page, LEVELS[level]) if level < len(LEVELS) else header.heading(page.verdict) + "\n"


def _text(page: _Page, detail: Detail) -> str:
    return "\n\n".join(part for part in _parts(page, detail) if part) + "\n"


def _parts(page: _Page, detail: Detail) -> Iterator[str]:
    context = page.context
    quiet = _quiet(page.verdict, context)
    yield header.heading(page.verdict) + (f", as on {header.base_name(context)}" if quiet else "")
    yield header.blames(page.failures, context)
    yield header.advice(page.recommended)
    if detail != LEVELS[0]:
        yield "*Shortened to fit: results.json has everything.*"
    yield from (f"⚠️ {prose(line)}" for line in context.missing)
    table = header.table(page.shown, page.recommended, context, detail)
    others = details.others(page.results, detail.others)
    if quiet:
        yield fold("All cells", "\n\n".join((*table, *others)))
    else:
        yield from (*table, *_sections(page.failures, context, detail), *others)
    yield from _appendix(page, detail)
    yield from details.footer(page.results, context)


def _appendix(page: _Page, detail: Detail) -> Iterator[str]:
    yield from details.changes(page.context, detail.changes)
    yield from details.logs(page.failures, detail.log_lines, detail.logs)
    if detail.noise:
        yield from details.noise(page.results)
    if detail.hosts:  # 0: not even the engines
        yield from details.hosts(page.results, page.recommended, detail.hosts)


def _sections(failures: Sequence[FailureGroup], context: ReportContext, detail: Detail) -> Iterator[str]:
    for number, group in enumerate(failures[: detail.sections]):
        yield from section(
            group, context, detail if number < detail.reproduce else replace(detail, reproduce=0)
        )
    if left := sum(len(group.cells) for group in failures[detail.sections :]):
        yield f"*{left} more failing cells: see results.json.*"


def _quiet(verdict: Verdict, context: ReportContext) -> bool:
    """Whether all is as well as it was."""
    counts = verdict.counts
    same = {compared.relation for _, compared in context.comparison.cells} <= {BaselineStatus.SAME}
    trouble = counts.failed or counts.known or counts.errored
    return (
        context.comparison.made and same and bool(counts.passed) and not (trouble or context.comparison.gone)
    )
