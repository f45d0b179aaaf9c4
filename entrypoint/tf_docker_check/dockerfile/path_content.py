"""What lies at a path of an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.model.text import one_line
from tf_docker_check.requirements.declared import Declared


@dataclass(frozen=True)
class Declaration:
    """What a project's file declares; paths in it start from `folder`. Without a file, why there is none."""

    source: Source | None
    declared: Declared
    folder: str


@dataclass(frozen=True)
class PathContent:
    """The file at a path of an image; nothing where it is not known.

    `reason`: why it is not known, or what may have changed it. `exported`: what it was made of, where a tool such
    as Poetry wrote the requirements of a project into it; `wheels`: what the wheels in a folder were made of.
    """

    source: Source | None = None
    reason: str = ""
    exported: tuple[Declaration, ...] = ()
    wheels: tuple[PlacedRequirement, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what lies there."""
        return self != NOTHING

    def why_missing(self, path: str) -> str:
        """Say why there is no file at *path*."""
        return self.reason or f"{one_line(path, 60)} was not found in the build context"


NOTHING = PathContent()

Find = Callable[[str], PathContent]
"""Returns what lies at a path."""
