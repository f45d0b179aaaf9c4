"""Read project files for planning; a file that cannot be read becomes a note, not an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import Absent, Unreadable
from tf_docker_check.project.read import read_text as read

MOST_BYTES = 1024 * 1024
Note = Callable[[str], None]


def read_text(project: Path, name: str, note: Note) -> str | None:
    """Return the text of *name* in *project*; None if absent or, with a *note*, unreadable."""
    label = one_line(name, 60)
    try:
        text = read(project / name, MOST_BYTES, within=[project], name=label)
    except Absent:
        return None
    except Unreadable as error:
        note(f"{error.what}: ignored")
        return None
    if "\0" in text:
        note(f"{label} is not text: ignored")
        return None
    return text
