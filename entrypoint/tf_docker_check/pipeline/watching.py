"""What moved upstream of a project, told by registries and the package index before anything is pulled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock, LockedImage
from tf_docker_check.model.nightly import Night, Tag
from tf_docker_check.model.recipe import Plan
from tf_docker_check.pipeline.locking import PipSet, pip_sets
from tf_docker_check.registry.client import Registry
from tf_docker_check.upstream import due, releases, resolution, watch
from tf_docker_check.upstream.watched import Packages, Watched

AT_ONCE = 4
Resolve = Callable[[PipSet], tuple[Packages, str]]
"""What pip would install, or nothing and the reason."""


@dataclass(frozen=True)
class Watching:
    """`moved`: what moved of what a cell is made of, by its id. `lock`: images as they were seen."""

    tags: tuple[Tag, ...]
    moved: Mapping[str, str]
    watched: Watched  # for the next night
    lock: Lock
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def look(
    config: Config,
    plan: Plan,
    bases: Mapping[str, str],
    past: Watched,
    now: Night,
    *,
    registry: Registry,
    resolve: Resolve,
    listed: tuple[str, ...],
) -> Watching:
    """Ask for every tag in *bases* (by cell) and in the configuration, and for what pip would install.

    *listed* are the TensorFlow releases of the index.
    """
    known = releases.noted(past.releases, listed, (), now.when)
    newest = listed[0] if listed else past.listed
    wanted = [*bases.values(), *config.nightly.tags, *releases.awaited(known, now.when)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = {name: one for planned in plan.cells for name, one in pip_sets(planned, config).items()}
        answers = pool.map(resolve, asked.values())
        tags = watch.look(registry, wanted, past.tags, config.platform)
        resolved = dict(zip(asked, answers, strict=True))
    known = releases.noted(known, (), tags, now.when)
    return Watching(
        tags=tags,
        moved=_released(plan, past.listed, newest)
        | _moved(config, plan, bases, {tag.reference: tag for tag in tags}, _packages(past, resolved)),
        watched=Watched(
            run=now.run,
            attempt=now.attempt,
            when=now.when,
            tags=watch.remembered(past.tags, tags),
            resolved={**past.resolved, **{name: found for name, (found, _) in resolved.items() if found}},
            good=past.good,
            releases=known,
            listed=newest,
            trouble=past.trouble,
        ),
        lock=Lock(images={tag.reference: _seen(tag, config.platform) for tag in tags if tag.digest}),
        lines=releases.lines(known, now.when),
        notes=tuple(dict.fromkeys(f"{name}: {why}" for name, (_, why) in resolved.items() if why)),
    )


def resolver(config: Config) -> Resolve:
    """Asks pip, with the configuration's index."""
    return lambda one: resolution.resolved(one.asked, one.python, config.platform, config.build)


def _seen(tag: Tag, platform: str) -> LockedImage:
    return LockedImage(tag.digest, {platform: tag.image or tag.digest})


def _released(plan: Plan, before: str, newest: str) -> dict[str, str]:
    """What a user's own Dockerfile installs cannot be told from here: a release is reason enough."""
    if not before or before == newest:
        return {}
    own = (planned.cell.id for planned in plan.cells if planned.recipe.user)
    return dict.fromkeys(own, f"TensorFlow {newest} was released")


def _packages(past: Watched, resolved: Mapping[str, tuple[Packages, str]]) -> dict[str, tuple[str, ...]]:
    """What pip would install otherwise than the last time, in words, by the image's id."""
    return {
        name: resolution.moved(past.resolved[name], found)
        for name, (found, _) in resolved.items()
        if found and name in past.resolved
    }


def _moved(
    config: Config,
    plan: Plan,
    bases: Mapping[str, str],
    tags: Mapping[str, Tag],
    packages: Mapping[str, tuple[str, ...]],
) -> dict[str, str]:
    found = {}
    for planned in plan.cells:
        moved = [word for name in pip_sets(planned, config) for word in packages.get(name, ())]
        if words := due.words(tags.get(bases.get(planned.cell.id, "")), tuple(moved)):
            found[planned.cell.id] = words
    return found
