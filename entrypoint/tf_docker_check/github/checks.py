"""A check run as GitHub's API takes it."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.model.github import CheckNote

NOTES = 50  # per request; those of later requests are added


def output(title: str, summary: str, text: str, notes: Sequence[CheckNote]) -> dict[str, object]:
    """Return the output of a check run, with at most `NOTES` annotations."""
    annotations = [
        {
            "path": note.path,
            "start_line": note.line,
            "end_line": note.line,
            "annotation_level": note.level,
            "message": note.message,
            **({"title": note.title} if note.title else {}),
        }
        for note in notes
    ]
    return {
        "title": title,
        "summary": summary,
        **({"text": text} if text else {}),
        "annotations": annotations,
    }
