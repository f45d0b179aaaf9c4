"""Files of a project, read as a stranger's: bounded, text, inside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tf_docker_check.config.wording import shown

MOST_BYTES = 1024 * 1024
Note = Callable[[str], None]


def read_text(project: Path, name: str, note: Note) -> str | None:
    """The text of *name* in *project*; None where it is not there, or is not read, which *note* is told."""
    path = project / name
    try:
        if not path.resolve().is_relative_to(project.resolve()):
            note(f"{shown(name)} leads out of the project: not read")
            return None
        if not path.is_file():
            return None
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        note(f"{shown(name)} cannot be read")
        return None
    return _text(name, data, note)


def _text(name: str, data: bytes, note: Note) -> str | None:
    if len(data) > MOST_BYTES:
        note(f"{shown(name)} is larger than {MOST_BYTES} bytes: not read")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        note(f"{shown(name)} is not UTF-8 text: not read")
        return None
    return text
