"""Track TensorFlow releases that are newer than the catalog, and whether they have an image."""

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
    """A release newer than the catalog. `image`: ``tensorflow/tensorflow`` has its tag."""

    first_seen: str  # RFC 3339
    image: bool = False


def record_releases(
    seen: Mapping[str, Release], listed: Iterable[str], tags: Iterable[Tag], now: str
) -> dict[str, Release]:
    """Add new releases that the index has *listed* to *seen*, and update which have an image."""
    fresh = {name: Release(now) for name in listed if name not in seen and _is_new(name)}
    available = {tag.reference for tag in tags if tag.moved in {TagState.SAME, TagState.NEW, TagState.MOVED}}
    return {
        version: replace(release, image=release.image or official_image(version) in available)
        for version, release in {**seen, **fresh}.items()
    }


def awaited_images(seen: Mapping[str, Release], now: str) -> tuple[str, ...]:
    """Return the images to query: of releases without one, up to `FORGET_DAYS` old."""
    young = (
        version
        for version, release in seen.items()
        if not release.image and days(release, now) <= FORGET_DAYS
    )
    return tuple(official_image(version) for version in young)


def describe_missing_images(seen: Mapping[str, Release], now: str) -> tuple[str, ...]:
    """Describe the releases that have had no image for `PATIENCE_DAYS` or longer."""
    return tuple(
        f"TensorFlow {version} has had no image {official_image(version)} for {days(release, now)} days"
        for version, release in sorted(seen.items())
        if not release.image and PATIENCE_DAYS <= days(release, now) <= FORGET_DAYS
    )


def official_image(version: str) -> str:
    """Return the official image of a release."""
    return f"tensorflow/tensorflow:{version}"


def is_version(text: str) -> bool:
    """Whether *text* looks like a release and is a valid tag."""
    return re.fullmatch(r"[0-9][0-9a-z.]{0,40}", text) is not None


def days(release: Release, now: str) -> int:
    """Return whole days since it was first seen; 0 if the clock went back or a time is invalid."""
    try:
        since = datetime.fromisoformat(now) - datetime.fromisoformat(release.first_seen)
    except (ValueError, TypeError):
        return 0
    return max(0, since.days)


def _is_new(version: str) -> bool:
    """Whether it is a final release newer than every release in the catalog."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return False
    newest = max(Version(known) for known in (*by_version(), *absent()))
    return not parsed.is_prerelease and parsed > newest
