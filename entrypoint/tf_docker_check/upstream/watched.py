"""What one night hands to the next to compare with (`watch.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tf_docker_check.errors import UsageError
from tf_docker_check.upstream import document
from tf_docker_check.upstream.releases import Release
from tf_docker_check.upstream.watch import Seen

WATCHED_VERSION = 1
Packages = Mapping[str, str]
"""Versions by normalised name."""


@dataclass(frozen=True)
class Watched:
    """`resolved`: what pip would have taken; `good`: what an image held when it passed; by image id."""

    schema: int = WATCHED_VERSION
    run: int = 0
    attempt: int = 0
    when: str = ""
    tags: Mapping[str, Seen] = field(default_factory=dict)
    resolved: Mapping[str, Packages] = field(default_factory=dict)
    good: Mapping[str, Packages] = field(default_factory=dict)
    releases: Mapping[str, Release] = field(default_factory=dict)
    listed: str = ""  # the newest TensorFlow that the index had
    trouble: int = 0  # nights in a row in which something could not be judged

    @property
    def order(self) -> tuple[int, int, str]:
        """As `Night.order`."""
        return self.run, self.attempt, self.when


def load(data: bytes, name: str) -> Watched:
    """What an earlier night handed on. Raises UsageError; without it everything counts as new."""
    found = document.load(data, Watched, name)
    if found.schema != WATCHED_VERSION:
        raise UsageError(f"{name} has schema {found.schema}", why=f"this reads {WATCHED_VERSION}")
    return found
