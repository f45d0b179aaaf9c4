"""A page on why the jobs of a workflow run failed, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tf_docker_check.model.finding import Finding
from tf_docker_check.report.escape import code, link, prose

HINT = "`tf-docker-check explain` names causes by what a log says; what it does not know, it does not name."
_ROOM = ((20, 3, 3), (20, 1, 3), (20, 1, 1), (5, 1, 1), (0, 0, 0))
"""Jobs, findings of each and lines of evidence of each of those, from all to nothing."""


@dataclass(frozen=True)
class JobReport:
    """A failed job and its causes, the headline first; `problem` says why its log could not be read."""

    name: str
    url: str
    step: str
    findings: tuple[Finding, ...]
    problem: str = ""


def render(jobs: Sequence[JobReport], *, total: int, more: int, run_url: str, limit: int) -> str:
    """Return the page on *jobs* and *more* others of *total* in at most *limit* characters, nothing in none."""
    pages = ("\n\n".join(_page(jobs, total, more, run_url, room)) for room in _ROOM)
    return next((page for page in pages if len(page) <= limit), "")


def _page(
    jobs: Sequence[JobReport], total: int, more: int, run_url: str, room: tuple[int, int, int]
) -> Iterator[str]:
    failed = len(jobs) + more
    yield f"## {f'❌ {failed} of {total} jobs failed' if failed else f'✅ None of {total} jobs failed'}"
    shown = jobs[: room[0]]
    for job in shown:
        yield f"### {link(code(job.name, 100), job.url)}{f', step {code(job.step, 100)}' if job.step else ''}"
        yield "\n".join(_points(job, room[1], room[2]))
    if failed > len(shown):
        yield f"*{failed - len(shown)} more failed jobs are not shown.*"
    yield f"<sub>{link('run', run_url)} · {HINT}</sub>"


def _points(job: JobReport, findings: int, evidence: int) -> Iterator[str]:
    if job.problem:
        yield f"- **Log:** {prose(job.problem)}"
    elif not job.findings:
        yield "- **Cause:** no known one"
    for number, finding in enumerate(job.findings[:findings]):
        which = "Also" if number else "Cause"
        yield f"- **{which}:** {code(finding.cause)}, {prose(finding.title)} ({finding.confidence})"
        for one in finding.evidence[:evidence]:
            yield f"  - {f'line {one.line}: ' if one.line else ''}{code(one.text)}"
        yield f"- **To do:** {prose(finding.remedy)}"
