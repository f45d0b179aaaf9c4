"""Render what changed between two results, as Markdown or as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.model.drift import CellDrift, Change, Drift
from tf_docker_check.model.text import one_line
from tf_docker_check.report.changes import changes_table
from tf_docker_check.report.escape import code, prose

WORDS = {
    "broke": "broke",
    "cause": "fails in another way",
    "errored": "errored (infrastructure)",
    "recovered": "recovered",
    "gone": "is not checked any more",
    "appeared": "is new",
    "changed": "ends as before, and is made of other things",
}


def markdown(drift: Drift) -> str:
    """Return a section for each cell, broken ones first."""
    parts = [f"# From {prose(drift.before)} to {prose(drift.after)}"]
    for cell in drift.cells:
        parts += [
            f"## {code(cell.id)} {WORDS[cell.how]}",
            f"{prose(_ends(cell))}",
            changes_table(cell.changes),
        ]
    if not drift.cells:
        parts.append("No difference.")
    return "\n\n".join(filter(None, parts)) + "\n"


def text(drift: Drift) -> str:
    """Return the same for a terminal; untrusted text is on one line each."""
    lines = [f"before  {one_line(drift.before)}", f"after   {one_line(drift.after)}"]
    for cell in drift.cells:
        lines += ["", f"{one_line(cell.id)} {WORDS[cell.how]}: {one_line(_ends(cell))}"]
        lines += [f"  {one_line(_change(change), 400)}" for change in cell.changes]
    return "\n".join([*lines, *([] if drift.cells else ["", "no difference"])]) + "\n"


def _change(change: Change) -> str:
    return f"{change.name}: {change.before or '–'} → {change.after or '–'}"


def _ends(cell: CellDrift) -> str:
    return cell.after if cell.before == cell.after else f"{cell.before or '–'} → {cell.after or '–'}"


def of_images(before: str, after: str, changes: Sequence[Change]) -> str:
    """Return the difference of two images in Markdown."""
    table = changes_table(changes) or "No difference."
    return f"# From {prose(before)} to {prose(after)}\n\n{table}\n"
