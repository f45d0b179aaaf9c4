"""Update the project's lock from registries.

This is separate from `locking` because a plan queries no registry.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tf_docker_check.image.reference import add_digest
from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.locking import packages, standing
from tf_docker_check.registry.client import Registry
from tf_docker_check.upstream import lock, watch


def renew_lock(
    config: Config, plan: Plan, project: Path, results: Results | None, old: Lock
) -> tuple[Lock, tuple[str, ...]]:
    """Update *old*; return it and a line for everything that could not be locked.

    With *results*: what passed in them. Without: what tags answer now, and the packages as they were.
    """
    bases = standing(plan, project)
    passed = {cell.id: cell for cell in results.cells if cell.status is Status.PASSED} if results else {}
    digests = {
        image: cell.build.base_digest
        for cell_id, image in bases.items()
        if (cell := passed.get(cell_id)) and cell.build and cell.build.base_digest
    }
    wanted = [image for cell, image in bases.items() if results is None or cell in passed]
    pinned = {add_digest(image, digests.get(image, "")): image for image in wanted}
    registry = Registry(config.mirrors)
    try:
        tags = watch.query_tags(
            registry,
            [add_digest(cell_id, digests.get(cell_id, "")) for cell_id in wanted],
            {},
            config.platform,
        )
    finally:
        registry.close()
    named = [replace(tag, reference=pinned[tag.reference]) for tag in tags]
    sets = packages(plan, config, passed)
    missing = tuple(f"{tag.reference}: {tag.why or tag.moved}" for tag in named if not tag.digest)
    return lock.update_lock(old, named, config.platform, sets), missing
