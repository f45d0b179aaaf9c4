"""What one night hands to the next to compare with (`watch.json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.registry.manifest import is_digest
from tf_docker_check.upstream import document, releases
from tf_docker_check.upstream.releases import Release
from tf_docker_check.upstream.watch import SeenTag

WATCH_VERSION = 1
MOST_RELEASES = 200
Packages = Mapping[str, str]
"""Versions by normalised name."""


@dataclass(frozen=True)
class WatchState:
    """`resolved`: what pip would have taken; `good`: what an image held when it passed; by image id."""

    schema: int = WATCH_VERSION
    run: int = 0
    attempt: int = 0
    when: str = ""
    tags: Mapping[str, SeenTag] = field(default_factory=dict)
    resolved: Mapping[str, Packages] = field(default_factory=dict)
    good: Mapping[str, Packages] = field(default_factory=dict)
    releases: Mapping[str, Release] = field(default_factory=dict)
    listed: str = ""  # the newest TensorFlow that the index had
    trouble: int = 0  # nights in a row in which something could not be judged

    @property
    def order(self) -> tuple[int, int, str]:
        """Return the sort key of `Night.order`."""
        return self.run, self.attempt, self.when


def load(data: bytes, name: str) -> WatchState:
    """Load the state of an earlier run. Raises UsageError; without a state everything counts as new."""
    state = document.load(data, WatchState, name)
    if state.schema != WATCH_VERSION:
        raise UsageError(f"{name} has schema {state.schema}", why=f"this reads {WATCH_VERSION}")
    if problem := next(_problems(state), ""):
        raise UsageError(f"{name} is not a state of nightly checks", why=problem)
    return state


def _problems(state: WatchState) -> Iterator[str]:
    """Yield values that no run has written and that the next one would act on."""
    if not all(0 <= number < document.TOO_MUCH for number in (state.run, state.attempt, state.trouble)):
        yield "a number is out of range"
    if len(state.releases) > MOST_RELEASES:
        yield f"it has more than {MOST_RELEASES} releases"
    for version in state.releases:
        if not releases.is_version(version):
            yield f"{one_line(version, 80)!r} is not a release"
    for reference, seen in state.tags.items():
        if not all(is_digest(digest) for digest in (seen.digest, seen.image) if digest):
            yield f"{one_line(reference, 80)} has no digest"
