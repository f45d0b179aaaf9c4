"""Watched tags of a registry and their state since the last run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TagState(str, Enum):
    """State of a watched tag, compared with the last run."""

    SAME = "same"
    MOVED = "moved"
    NEW = "new"  # not seen before
    VANISHED = "vanished"  # seen before; the registry now answers that it does not exist
    ABSENT = "absent"  # not seen before; the registry answers that it does not exist
    UNKNOWN = "unknown"  # the registry gave no answer

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Tag:
    """A watched tag. `digest`: its current digest; `image`: the digest of the platform's image.

    `before`: the image last seen; `pulls`: whether it can still be pulled by digest; None: not checked.
    """

    reference: str
    moved: TagState
    digest: str = ""
    image: str = ""
    before: str = ""
    pulls: bool | None = None
    why: str = ""
