"""A Markdown table of changes between two images or results."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.model.drift import Change
from tf_docker_check.report.escape import code, prose

CHANGES_SHOWN = 25


def changes_table(changes: Sequence[Change]) -> str:
    """Render *changes* as a Markdown table, the most likely causes first; empty if there are none."""
    if not changes:
        return ""
    rows = [
        f"| {prose(change.area)} | {code(change.name)} | {code(change.before, 120) or '–'} "
        f"| {code(change.after, 120) or '–'} |"
        for change in changes[:CHANGES_SHOWN]
    ]
    more = len(changes) - CHANGES_SHOWN
    tail = [f"\nand {more} more"] if more > 0 else []
    return "\n".join(["| area | what | before | after |", "| --- | --- | --- | --- |", *rows, *tail])
