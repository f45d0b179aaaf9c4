"""A cause with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Confidence(str, Enum):
    """How we know."""

    CONFIRMED = "confirmed"  # by a fact or a probe; in a log, by a message that nothing else prints
    LIKELY = "likely"  # by a signature in text
    POSSIBLE = "possible"  # by a weak signature in text: look for a second fact
    PREDICTED = "predicted"  # without running

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Evidence:
    """A line of text (with its 1-based number where it came from a log) or a fact, said in words."""

    text: str
    line: int = 0


@dataclass(frozen=True)
class Finding:
    """What went wrong, how we know, what to do. `cause` is an id of causes.md."""

    cause: str
    title: str
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""


@dataclass(frozen=True)
class Noise:
    """A line that looks alarming and is harmless here."""

    name: str
    line: int
    why: str = ""
