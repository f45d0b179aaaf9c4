"""Apply and update the lock: which image digests and packages a run uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tf_docker_check.builder.request import base_reference
from tf_docker_check.builder.text import read_dockerfile
from tf_docker_check.errors import CheckError
from tf_docker_check.model.config import Config
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.lock import Lock, LockedPackages
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.template import requirements
from tf_docker_check.project.read import Absent, read_bytes
from tf_docker_check.upstream import document, lock

FILE = ".github/tf-docker-check.lock.json"


@dataclass(frozen=True)
class PipSet:
    """The requirements that pip installs in one image. `python` is empty where the image decides it."""

    requested: tuple[str, ...]
    python: str


def read(project: Path) -> Lock:
    """Read the project's lock; an empty one if there is none. Raises UsageError if it is invalid."""
    try:
        return lock.load(read_bytes(project / FILE, document.MAX_BYTES, within=[project], name=FILE), FILE)
    except Absent:
        return Lock()


def standing(plan: Plan, project: Path) -> dict[str, str]:
    """Return the lowest base image of each cell, as the user writes it, by the cell's id."""
    bases = {planned.cell.id: _bottom(planned, project) for planned in plan.cells}
    return {cell: image for cell, image in bases.items() if image}


def pip_sets(planned: PlannedCell, config: Config) -> Mapping[str, PipSet]:
    """Return what pip installs in the image of *planned* and in its base images, by image id."""
    strategy = next(
        (candidate for candidate in config.known if candidate.name == planned.cell.strategy), None
    )
    parts = lineage(strategy, config.known) if strategy else ()
    return {
        replace(planned.cell, strategy=part.name).image_id: PipSet(
            requirements(part, planned.cell), planned.cell.python
        )
        for part in parts
        if part.install
    }


def notes(plan: Plan, config: Config, project: Path) -> tuple[str, ...]:
    """Return notes: that the run uses the lock, and what is missing from it."""
    if config.lock == Lock():
        return ()
    images = dict.fromkeys(standing(plan, project).values())
    sets = {name: one for planned in plan.cells for name, one in pip_sets(planned, config).items()}
    fresh = [image for image in images if not config.lock.digest(image, config.platform)]
    fresh += [
        name
        for name, one in sets.items()
        if config.lock.versions(name, one.requested, config.platform) == one.requested
    ]
    sentence = f"images and packages are those of {FILE} (`--fresh`: as they are now)"
    return (sentence, *([f"not in the lock, so taken as they are now: {', '.join(fresh)}"] if fresh else []))


def packages(plan: Plan, config: Config, passed: Mapping[str, CellResult]) -> dict[str, LockedPackages]:
    """Return what pip had installed in the images of cells that *passed* (by id), by the image's id."""
    return {
        name: lock.lock_packages(one.requested, config.platform, versions)
        for planned in plan.cells
        if (cell := passed.get(planned.cell.id)) and (versions := packages_in_image(cell))
        for name, one in pip_sets(planned, config).items()
        if name == planned.cell.image_id
    }


def packages_in_image(cell: CellResult) -> dict[str, str]:
    """Return the pip packages in *cell*'s image, as its probe found them."""
    packages = cell.facts.get("packages.installed")
    return (
        {str(name): str(version) for name, version in packages.items()}
        if isinstance(packages, Mapping)
        else {}
    )


def _bottom(planned: PlannedCell, project: Path) -> str:
    """Return the base image; empty if the Dockerfile cannot be read, which the build reports."""
    recipe = planned.recipe
    try:
        text = read_dockerfile(project, recipe.user) if recipe.user else recipe.text
        return base_reference(text, recipe)
    except CheckError:
        return ""
