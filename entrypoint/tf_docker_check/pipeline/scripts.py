"""Read the scripts of a project that a build step runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tf_docker_check.project.read import Unreadable, read_text

MOST_FILES = 5000  # of the build context that are looked at
LARGEST = 256 * 1024  # bytes of one script
_WORD = re.compile(r"[^\s'\"|&;()<>=]+")


def scripts_of(command: str, context: Path) -> Iterator[str]:
    """Yield the texts of the files in *context* whose names *command* has; unreadable files are left out."""
    names = {word.rpartition("/")[2] for word in _WORD.findall(command)} - {""}
    for path in _files(context):
        if path.name in names:
            try:
                yield read_text(path, LARGEST, within=[context])
            except Unreadable:
                continue


def _files(context: Path) -> Iterator[Path]:
    left = MOST_FILES
    for folder, _, names in os.walk(context):
        yield from (Path(folder, name) for name in names[:left])
        left -= len(names)
        if left <= 0:
            return
