"""How a cell, a step or a check ended."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """The final status of a cell, a step or a check."""

    PASSED = "passed"
    FAILED = "failed"  # the image is at fault
    ERRORED = "errored"  # we could not judge: engine, registry, disk
    SKIPPED = "skipped"  # always with a reason

    def __str__(self) -> str:
        return self.value
