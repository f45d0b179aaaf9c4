"""What a build may install and was not understood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Unread:
    """A place in a Dockerfile, or in a file that it installs from, of which it is not known what it installs.

    `line` counts from 1; `reason` completes the sentence "FILE:LINE: …".
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"
