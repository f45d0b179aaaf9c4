"""Watched tags of a registry, and how each stands to what was seen before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TagState(str, Enum):
    """What became of a watched tag since it was last seen."""

    SAME = "same"
    MOVED = "moved"
    NEW = "new"  # not seen before
    VANISHED = "vanished"  # seen before, and the registry says there is no such tag
    ABSENT = "absent"  # never seen, and the registry says there is no such tag
    UNKNOWN = "unknown"  # the registry gave no answer

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Tag:
    """A watched tag. `digest` is what it answers, `image` the digest of the platform's image behind it.

    `before` is the image last seen; `pulls`: whether that can still be had by digest; None: not asked.
    """

    reference: str
    moved: TagState
    digest: str = ""
    image: str = ""
    before: str = ""
    pulls: bool | None = None
    why: str = ""
