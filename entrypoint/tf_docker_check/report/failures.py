"""Render a failure in full: what, whose fault, evidence, remedy, and how to reproduce it."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.finding import Evidence, Finding
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.report.context import ReportContext
from tf_docker_check.report.escape import block, code, fold, prose
from tf_docker_check.report.header import SYMBOLS, base_name
from tf_docker_check.report.truncation import Detail
from tf_docker_check.results import cells
from tf_docker_check.results.compare import BaselineStatus, CellComparison
from tf_docker_check.results.gate import end
from tf_docker_check.results.group import FailureGroup

NAMED = 12  # cells of one group
CAUSES = 5  # of one group
INLINE = 160  # characters of a command that stands in its line


def section(group: FailureGroup, context: ReportContext, detail: Detail) -> Iterator[str]:
    """Return the parts of one group's section; its first cell represents the others."""
    cell = group.first
    words = f" *({', '.join(group.words)})*" if group.words else ""
    who = code(cell.id) if len(group.cells) == 1 else f"{len(group.cells)} cells"
    yield f"### {SYMBOLS[end(cell)]} {who}: {prose(cells.title(cell), 160)}{words}"
    yield "\n".join(_points(group, context, detail))
    if detail.reproduce and cell.reproduce and not _short(cell.reproduce):
        yield fold("Reproduce with plain docker", block(cell.reproduce, "sh"))


def names(ids: list[str], limit: int) -> str:
    """Return the cells' ids; if there are many, the rest as a number."""
    shown = ", ".join(code(name) for name in ids[:limit])
    return shown if len(ids) <= limit else f"{shown} and {len(ids) - limit} more"


def _points(group: FailureGroup, context: ReportContext, detail: Detail) -> Iterator[str]:
    cell = group.first
    if len(group.cells) > 1:
        yield f"- **Cells:** {names([one.id for one in group.cells], NAMED)}. Of the first of them:"
    if cell.status is Status.ERRORED:
        yield "- **Infrastructure error:** the check could not run; the image may be fine."
    if cell.known:
        yield f"- **Known failure:** {prose(cell.known)}"
    if what := cells.what(cell):
        yield f"- **What happened:** {prose(what)}"
    if cell.image and cell.image.stand_in:
        yield "- **Stand-in:** a substitute was checked in place of the published image."
    yield from _since(context.comparison.by_id.get(cell.id), context, detail)
    if cell.blame:
        yield f"- **Fault:** **{cell.blame.owner}**, {prose(cell.blame.why)}"
        yield from (
            f"- **Changed:** {prose(line)}" for line in cells.describe_changes(cell.blame)[: detail.evidence]
        )
    yield from _causes(cell, detail.evidence)
    if detail.reproduce and _short(cell.reproduce):
        yield f"- **Reproduce:** {code(cell.reproduce)}"


def _since(compared: CellComparison | None, context: ReportContext, detail: Detail) -> Iterator[str]:
    """Yield what differs from the base branch where it may be the reason."""
    if compared is None or compared.relation not in {BaselineStatus.NEW, BaselineStatus.OTHER_CAUSE}:
        return
    changes = [
        f"{change.name} {change.before} → {change.after}" for change in compared.changes[: detail.evidence]
    ]
    if changes:
        yield f"- **Changed since {base_name(context)}:** {prose('; '.join(changes))}"


def _causes(cell: CellResult, evidence: int) -> Iterator[str]:
    if not cell.findings and cell.status is Status.FAILED:
        yield "- **Cause:** unknown"
    for number, finding in enumerate(cell.findings[:CAUSES]):
        yield from _finding(finding, evidence, first=number == 0)
    if left := len(cell.findings[CAUSES:]):
        yield f"- *{left} more: see results.json.*"


def _finding(finding: Finding, evidence: int, *, first: bool) -> Iterator[str]:
    if not first:
        yield f"- **Also:** {prose(finding.title, 160)} *({finding.confidence})*"
    for proof in finding.evidence[:evidence]:
        yield f"- **Evidence:** {_evidence(proof)}"
    if finding.remedy:
        yield f"- **Fix:** {prose(finding.remedy)}"


def _evidence(proof: Evidence) -> str:
    return code(proof.text) + (f" (line {proof.line})" if proof.line else "")


def _short(command: str) -> bool:
    """Return whether the text reads the same in one line of prose, where repeated blanks collapse."""
    return bool(command) and one_line(command, INLINE) == command
