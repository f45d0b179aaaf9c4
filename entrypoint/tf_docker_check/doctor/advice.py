"""The findings of `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(str, Enum):
    """How much it matters."""

    FINE = "fine"
    NOTE = "note"  # works with caveats
    WARNING = "warning"  # some images or cells will fail here
    PROBLEM = "problem"  # this tool cannot work here

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Advice:
    """One thing looked at: `topic` (engine, cpu, gpu, …), the finding, and what to do about it."""

    topic: str
    level: Level
    finding: str
    remedy: str = ""
