"""Read, check, update and write the lock file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from tf_docker_check.errors import UsageError, join_problems
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.lock import LOCK_VERSION, Lock, LockedImage, LockedPackages
from tf_docker_check.model.number import parse_version
from tf_docker_check.model.text import one_line
from tf_docker_check.upstream import document
from tf_docker_check.upstream.tags import Tag

MOST_ENTRIES = 2000  # images, and pip cells
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
LEFT_TO_BASE = frozenset({"pip", "setuptools", "wheel"})
_REMEDY = "regenerate it with `tf-docker-check lock`"


def load(data: bytes, name: str) -> Lock:
    """Parse the lock in *data*, which is untrusted. Raises UsageError with every mistake."""
    lock = document.load(data, Lock, name)
    if lock.version != LOCK_VERSION:
        raise UsageError(
            f"{name} has version {lock.version}",
            why=f"this tf-docker-check reads version {LOCK_VERSION}",
            remedy=_REMEDY,
        )
    if problems := [*_find_image_problems(lock), *_find_package_problems(lock)][:20]:
        raise join_problems(problems, f"{name} is not a valid lock file:", _REMEDY)
    return lock


def dump(lock: Lock) -> bytes:
    """Serialize the lock: sorted, one value per line, so that equal locks are equal bytes."""
    return document.dump(lock)


def json_schema() -> bytes:
    """Return the JSON Schema of the lock file."""
    return document.json_schema(Lock, "lock", version=LOCK_VERSION)


def update_lock(
    lock: Lock, tags: Iterable[Tag], platform: str, packages: Mapping[str, LockedPackages]
) -> Lock:
    """Return *lock* with the images of *tags* on *platform*, and *packages* by cell image.

    Tags without a digest keep their entry. Other platforms are kept while the index is the same.
    """
    images = dict(lock.images)
    for tag in tags:
        if not tag.digest:
            continue
        old = images.get(tag.reference)
        others = old.platforms if old and old.digest == tag.digest else {}
        images[tag.reference] = LockedImage(tag.digest, {**others, platform: tag.image or tag.digest})
    return replace(lock, images=images, packages={**lock.packages, **packages})


def lock_packages(
    requirements: tuple[str, ...], platform: str, installed: Mapping[str, str]
) -> LockedPackages:
    """Return the packages that pip installed for *requirements*, without pip and its like.

    Packages with an invalid name or version are omitted: a lock must not contain them.
    """
    by_name = {str(canonicalize_name(name)): version for name, version in installed.items()}
    kept = {
        name: version
        for name, version in by_name.items()
        if name not in LEFT_TO_BASE and not _package_problem(name, version)
    }
    return LockedPackages(requirements, platform, kept)


def _find_image_problems(lock: Lock) -> Iterator[str]:
    if len(lock.images) > MOST_ENTRIES:
        yield f"more than {MOST_ENTRIES} images"
    for reference, image in lock.images.items():
        try:
            Reference.parse(reference)
        except UsageError as error:
            yield error.what
        for digest in (image.digest, *image.platforms.values()):
            if not _DIGEST.fullmatch(digest):
                yield f"{one_line(reference, 80)}: {one_line(digest, 80)!r} is not a digest"


def _find_package_problems(lock: Lock) -> Iterator[str]:
    if len(lock.packages) > MOST_ENTRIES:
        yield f"packages of more than {MOST_ENTRIES} images"
    for image, locked in lock.packages.items():
        for name, version in locked.installed.items():
            if wrong := _package_problem(name, version):
                yield f"{one_line(image, 80)}: {wrong}"


def _package_problem(name: str, version: str) -> str:
    if name != canonicalize_name(name) or not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name):
        return f"{one_line(name, 80)!r} is not a normalized package name"
    return "" if _is_version(version) else f"{name}: invalid version {one_line(version, 80)!r}"


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except InvalidVersion:
        return False
    return len(text) <= 80
