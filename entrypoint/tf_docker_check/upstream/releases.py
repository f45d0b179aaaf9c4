"""TensorFlow's releases: which are new, and which of them still have no image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from packaging.version import InvalidVersion, Version

from tf_docker_check.resources.images import absent
from tf_docker_check.resources.tensorflow import by_version
from tf_docker_check.upstream.tags import Tag, TagState

PATIENCE_DAYS, FORGET_DAYS = 7, 90


@dataclass(frozen=True)
class Release:
    """A release that was new to a night. `image`: ``tensorflow/tensorflow`` has its tag."""

    first_seen: str  # RFC 3339
    image: bool = False


def record_releases(
    seen: Mapping[str, Release], listed: Iterable[str], tags: Iterable[Tag], now: str
) -> dict[str, Release]:
    """*seen* with what the index has *listed* that neither it nor the catalog knows, and images that came."""
    fresh = {name: Release(now) for name in listed if name not in seen and _is_new(name)}
    available = {tag.reference for tag in tags if tag.moved in {TagState.SAME, TagState.NEW, TagState.MOVED}}
    return {
        version: replace(release, image=release.image or official_image(version) in available)
        for version, release in {**seen, **fresh}.items()
    }


def awaited_images(seen: Mapping[str, Release], now: str) -> tuple[str, ...]:
    """The images to look for: of releases without one, while they are young."""
    young = (
        version
        for version, release in seen.items()
        if not release.image and days(release, now) <= FORGET_DAYS
    )
    return tuple(official_image(version) for version in young)


def describe_missing_images(seen: Mapping[str, Release], now: str) -> tuple[str, ...]:
    """What people should know of releases that have had no image for too long."""
    return tuple(
        f"TensorFlow {version} has had no image {official_image(version)} for {days(release, now)} days"
        for version, release in sorted(seen.items())
        if not release.image and PATIENCE_DAYS <= days(release, now) <= FORGET_DAYS
    )


def official_image(version: str) -> str:
    """The official image of a release."""
    return f"tensorflow/tensorflow:{version}"


def is_version(text: str) -> bool:
    """Whether *text* is a release and can be a tag."""
    return re.fullmatch(r"[0-9][0-9a-z.]{0,40}", text) is not None


def days(release: Release, now: str) -> int:
    """Whole days since it was seen first; 0 where a clock went back or says nothing."""
    try:
        since = datetime.fromisoformat(now) - datetime.fromisoformat(release.first_seen)
    except (ValueError, TypeError):
        return 0
    return max(0, since.days)


def _is_new(version: str) -> bool:
    """Whether it is a final release after all that the catalog knows."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return False
    newest = max(Version(known) for known in (*by_version(), *absent()))
    return not parsed.is_prerelease and parsed > newest
