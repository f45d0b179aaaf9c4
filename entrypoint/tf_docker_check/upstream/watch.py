"""Query registries for watched tags: one HEAD request per tag that has not moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from tf_docker_check.errors import ImageNotFound, RegistryError
from tf_docker_check.image.reference import Reference
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.manifest import Index, choose
from tf_docker_check.upstream.tags import Tag, TagState

AT_ONCE = 8


@dataclass(frozen=True)
class SeenTag:
    """Digest of a tag and of its platform's image when it was last seen."""

    digest: str = ""
    image: str = ""


def query_tags(
    registry: Registry, references: Sequence[str], seen: Mapping[str, SeenTag], platform: str
) -> tuple[Tag, ...]:
    """Query *references*, as users write them, and compare with *seen*. Keeps their order.

    A tag whose registry does not answer is `UNKNOWN`. Raises UsageError for an invalid reference.
    """
    wanted = {reference: registry.resolve(reference) for reference in dict.fromkeys(references)}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tags = [
            tag
            for batch in _batches(wanted)
            for tag in pool.map(
                lambda name: _query_tag(registry, name, wanted[name], seen.get(name, SeenTag()), platform),
                batch,
            )
        ]
    by_reference = {tag.reference: tag for tag in tags}
    return tuple(by_reference[reference] for reference in wanted)


def remember_tags(seen: Mapping[str, SeenTag], tags: Iterable[Tag]) -> dict[str, SeenTag]:
    """Update *seen* for the next run. A tag without an answer, or that vanished, keeps its entry."""
    now = {tag.reference: SeenTag(tag.digest, tag.image) for tag in tags if tag.digest}
    return {**seen, **now}


def _batches(wanted: dict[str, Reference]) -> tuple[list[str], list[str]]:
    """Return one tag of each repository, then the others, which reuse the token of the first."""
    by_repository: dict[str, list[str]] = defaultdict(list)
    for reference, resolved in wanted.items():
        by_repository[resolved.name].append(reference)
    return (
        [tags[0] for tags in by_repository.values()],
        [tag for tags in by_repository.values() for tag in tags[1:]],
    )


def _query_tag(registry: Registry, reference: str, resolved: Reference, seen: SeenTag, platform: str) -> Tag:
    known = Tag(reference, TagState.SAME, seen.digest, seen.image, before=seen.image)
    try:
        digest = registry.head(resolved)
        if digest == seen.digest:
            return known
        return _resolve_moved(replace(known, digest=digest), registry, resolved.pinned(digest), platform)
    except ImageNotFound as error:
        gone = replace(known, digest="", image="", why=error.why or error.what)
        if not seen.digest:
            return replace(gone, moved=TagState.ABSENT)
        return replace(
            gone,
            moved=TagState.VANISHED,
            pulls=_can_pull(registry, resolved.pinned(seen.image or seen.digest)),
        )
    except RegistryError as error:
        return replace(known, moved=TagState.UNKNOWN, digest="", image="", why=error.in_one_line)


def _resolve_moved(tag: Tag, registry: Registry, resolved: Reference, platform: str) -> Tag:
    """Resolve the platform's image: the index may have moved for another platform only."""
    manifest = registry.index(resolved)
    image = choose(manifest, platform).digest if isinstance(manifest, Index) else tag.digest
    if image == tag.before:
        return replace(tag, image=image)
    return replace(tag, image=image, moved=TagState.MOVED if tag.before else TagState.NEW)


def _can_pull(registry: Registry, resolved: Reference) -> bool | None:
    """Whether the manifest still exists; None if the registry does not answer."""
    try:
        registry.head(resolved)
    except ImageNotFound:
        return False
    except RegistryError:
        return None
    return True
