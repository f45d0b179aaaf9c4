"""What standard output can show, and who reads it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TypedDict


class Screen(TypedDict):
    """How wide, in columns, and whether in colour."""

    width: int
    color: bool


def screen() -> Screen:
    """A terminal's own width, in colour unless NO_COLOR says otherwise; 100 plain columns elsewhere."""
    shown = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if shown else 100
    return Screen(width=width, color=shown and not os.environ.get("NO_COLOR"))


def in_workflow() -> bool:
    """Whether GitHub's runner reads what we print, and would take a stranger's line for a command."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def readable(text: str) -> str:
    """*text* for people, in a workflow with no line in it that the runner takes for a command."""
    if not in_workflow():
        return text
    from tf_docker_check.gha.commands import harmless_lines

    return harmless_lines(text)
