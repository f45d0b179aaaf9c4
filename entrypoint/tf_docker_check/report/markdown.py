"""The report as GitHub's Markdown, never longer than it may be: for summary, comment and file alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.model.results import Results
from tf_docker_check.report import appendix, overview, rows
from tf_docker_check.report.baseline import Relation
from tf_docker_check.report.escape import folded, prose
from tf_docker_check.report.families import Family, families
from tf_docker_check.report.gate import Verdict, conclusion
from tf_docker_check.report.levels import LEVELS, Detail
from tf_docker_check.report.recommend import Recommendation, recommend
from tf_docker_check.report.sections import section
from tf_docker_check.report.told import NOTHING, Told

SUMMARY_LIMIT = 1024 * 1024  # bytes; a step summary beyond is dropped whole


@dataclass(frozen=True)
class _Page:
    """What a page shows, at whatever length."""

    results: Results
    verdict: Verdict
    told: Told
    failures: Sequence[Family]
    shown: rows.Table
    recommended: Recommendation


def render(
    results: Results, verdict: Verdict | None = None, *, limit: int = SUMMARY_LIMIT, told: Told = NOTHING
) -> str:
    """The report in at most *limit* bytes of UTF-8; at the very least its heading, whatever *limit* is.

    Without *verdict* it is that of the default gate. Where all is as well as it was on the base
    branch, all but two lines are folded.
    """
    page = _Page(
        results,
        verdict or conclusion(results, comparison=told.comparison),
        told,
        families(results, told.comparison),
        rows.table(results, told.comparison),
        recommend(results),
    )

    def fits(detail: Detail) -> bool:
        return len(_text(page, detail).encode()) <= limit

    # Most fit whole; else not every level is tried, for a stranger's results may be many.
    found = 0 if fits(LEVELS[0]) else bisect_left(LEVELS, True, lo=1, key=fits)
    return _text(page, LEVELS[found]) if found < len(LEVELS) else overview.heading(page.verdict) + "\n"


def _text(page: _Page, detail: Detail) -> str:
    return "\n\n".join(part for part in _parts(page, detail) if part) + "\n"


def _parts(page: _Page, detail: Detail) -> Iterator[str]:
    told = page.told
    quiet = _quiet(page.verdict, told)
    yield overview.heading(page.verdict) + (f", as on {overview.base_name(told)}" if quiet else "")
    yield overview.blames(page.failures, told)
    yield overview.advice(page.recommended)
    if detail != LEVELS[0]:
        yield "*Shortened to fit here; the results file has everything.*"
    yield from (f"⚠️ {prose(line)}" for line in told.missing)
    table = overview.table(page.shown, page.recommended, told, detail)
    others = appendix.others(page.results, detail.others)
    if quiet:
        yield folded("All cells", "\n\n".join((*table, *others)))
    else:
        yield from (*table, *_sections(page.failures, told, detail), *others)
    yield from _appendix(page, detail)
    yield from appendix.footer(page.results, told)


def _appendix(page: _Page, detail: Detail) -> Iterator[str]:
    yield from appendix.changes(page.told, detail.changes)
    yield from appendix.logs(page.failures, detail.log_lines, detail.logs)
    if detail.noise:
        yield from appendix.noise(page.results)
    if detail.hosts:  # 0: not even the engines
        yield from appendix.hosts(page.results, page.recommended, detail.hosts)


def _sections(failures: Sequence[Family], told: Told, detail: Detail) -> Iterator[str]:
    for number, family in enumerate(failures[: detail.sections]):
        yield from section(
            family, told, detail if number < detail.reproduce else replace(detail, reproduce=0)
        )
    if left := sum(len(family.cells) for family in failures[detail.sections :]):
        yield f"*{left} more failing cells are told in the results file.*"


def _quiet(verdict: Verdict, told: Told) -> bool:
    """Whether all is as well as it was."""
    counts = verdict.counts
    same = {beside.relation for _, beside in told.comparison.cells} <= {Relation.SAME}
    trouble = counts.failed or counts.known or counts.errored
    return told.comparison.made and same and bool(counts.passed) and not (trouble or told.comparison.gone)
