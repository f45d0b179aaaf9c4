"""Query registries and the package index for what changed upstream, before anything is pulled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock, LockedImage
from tf_docker_check.model.recipe import Plan
from tf_docker_check.nightly.night import Night
from tf_docker_check.nightly.watch_state import Packages, WatchState
from tf_docker_check.pipeline.locking import PipSet, pip_sets
from tf_docker_check.registry.client import Registry
from tf_docker_check.upstream import releases, resolution, watch
from tf_docker_check.upstream.tags import Tag, TagState

AT_ONCE = 4
_SETTLED = frozenset({TagState.SAME, TagState.UNKNOWN})
Resolve = Callable[[PipSet], tuple[Packages, str]]
"""What pip would install, or nothing and the reason."""


@dataclass(frozen=True)
class UpstreamChanges:
    """`moved`: what changed upstream for a cell, by its id. `lock`: the images as they are now."""

    tags: tuple[Tag, ...]
    moved: Mapping[str, str]
    watched: WatchState  # for the next night
    lock: Lock
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def check_upstream(
    config: Config,
    plan: Plan,
    bases: Mapping[str, str],
    past: WatchState,
    now: Night,
    *,
    registry: Registry,
    resolve: Resolve,
    listed: tuple[str, ...],
) -> UpstreamChanges:
    """Ask for every tag in *bases* (by cell) and in the configuration, and for what pip would install.

    *listed* are the TensorFlow releases of the index.
    """
    known = releases.record_releases(past.releases, listed, (), now.when)
    newest = listed[0] if listed else past.listed
    wanted = [*bases.values(), *config.nightly.tags, *releases.awaited_images(known, now.when)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pip_sets_by_name = {
            name: one for planned in plan.cells for name, one in pip_sets(planned, config).items()
        }
        answers = pool.map(resolve, pip_sets_by_name.values())
        tags = watch.query_tags(registry, wanted, past.tags, config.platform)
        resolved = dict(zip(pip_sets_by_name, answers, strict=True))
    known = releases.record_releases(known, (), tags, now.when)
    return UpstreamChanges(
        tags=tags,
        moved=_due_to_release(plan, past.listed, newest)
        | _due_to_moves(config, plan, bases, {tag.reference: tag for tag in tags}, _packages(past, resolved)),
        watched=WatchState(
            run=now.run,
            attempt=now.attempt,
            when=now.when,
            tags=watch.remember_tags(past.tags, tags),
            resolved={
                **past.resolved,
                **{name: packages for name, (packages, _) in resolved.items() if packages},
            },
            good=past.good,
            releases=known,
            listed=newest,
            trouble=past.trouble,
        ),
        lock=Lock(images={tag.reference: _locked_image(tag, config.platform) for tag in tags if tag.digest}),
        lines=releases.describe_missing_images(known, now.when),
        notes=tuple(dict.fromkeys(f"{name}: {why}" for name, (_, why) in resolved.items() if why)),
    )


def pip_resolver(config: Config) -> Resolve:
    """Return a resolver that asks pip, with the configured index."""
    return lambda one: resolution.resolve_with_pip(one.requested, one.python, config.platform, config.build)


def _locked_image(tag: Tag, platform: str) -> LockedImage:
    return LockedImage(tag.digest, {platform: tag.image or tag.digest})


def _due_to_release(plan: Plan, before: str, newest: str) -> dict[str, str]:
    """Return the cells with a user's Dockerfile, whose packages are unknown, that a new release affects."""
    if not before or before == newest:
        return {}
    own = (planned.cell.id for planned in plan.cells if planned.recipe.user)
    return dict.fromkeys(own, f"TensorFlow {newest} was released")


def _packages(past: WatchState, resolved: Mapping[str, tuple[Packages, str]]) -> dict[str, tuple[str, ...]]:
    """Return how pip's packages differ from the last time, as text, by the image's id."""
    return {
        name: resolution.describe_changes(past.resolved[name], packages)
        for name, (packages, _) in resolved.items()
        if packages and name in past.resolved
    }


def _due_to_moves(
    config: Config,
    plan: Plan,
    bases: Mapping[str, str],
    tags: Mapping[str, Tag],
    packages: Mapping[str, tuple[str, ...]],
) -> dict[str, str]:
    moves = {}
    for planned in plan.cells:
        moved = [word for name in pip_sets(planned, config) for word in packages.get(name, ())]
        if words := describe_moves(tags.get(bases.get(planned.cell.id, "")), tuple(moved)):
            moves[planned.cell.id] = words
    return moves


def describe_moves(tag: Tag | None, packages: tuple[str, ...]) -> str:
    """Describe what changed upstream for an image on *tag* with pip *packages*; empty if nothing."""
    parts = [] if tag is None or tag.moved in _SETTLED else [f"{tag.reference}: {tag.moved}"]
    more = f" and {len(packages) - 3} more" if len(packages) > 3 else ""
    return "; ".join([*parts, *([", ".join(packages[:3]) + more] if packages else [])])
