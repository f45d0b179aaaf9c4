"""What one night hands to the next to compare with (`watch.json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.registry.manifest import is_digest
from tf_docker_check.upstream import document, releases
from tf_docker_check.upstream.releases import Release
from tf_docker_check.upstream.watch import Seen

WATCHED_VERSION = 1
MOST_RELEASES = 200
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
    if problem := next(_problems(found), ""):
        raise UsageError(f"{name} is none of ours", why=problem)
    return found


def _problems(found: Watched) -> Iterator[str]:
    """What no night has written, and the next would act on."""
    if not all(0 <= number < document.TOO_MUCH for number in (found.run, found.attempt, found.trouble)):
        yield "a number is out of range"
    if len(found.releases) > MOST_RELEASES:
        yield f"it has more than {MOST_RELEASES} releases"
    for version in found.releases:
        if not releases.is_version(version):
            yield f"{one_line(version, 80)!r} is no release"
    for reference, seen in found.tags.items():
        if not all(is_digest(each) for each in (seen.digest, seen.image) if each):
            yield f"{one_line(reference, 80)} has no digest"
