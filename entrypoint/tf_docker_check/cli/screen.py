"""What standard output can show."""

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
