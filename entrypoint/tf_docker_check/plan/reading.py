"""Files of a project that a plan goes by: what cannot be read is a note, and the plan goes on without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import Absent, Unreadable
from tf_docker_check.project.read import read_text as read

MOST_BYTES = 1024 * 1024
Note = Callable[[str], None]


def read_text(project: Path, name: str, note: Note) -> str | None:
    """The text of *name* in *project*; None where it is absent, or unreadable, which is a *note*."""
    label = one_line(name, 60)
    try:
        text = read(project / name, MOST_BYTES, within=[project], name=label)
    except Absent:
        return None
    except Unreadable as error:
        note(f"{error.what}: not read")
        return None
    if "\0" in text:
        note(f"{label} is not text: not read")
        return None
    return text
