"""What must be built for a cell, and the plan that shares it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, UserDockerfile
from tf_docker_check.model.prediction import PredictionSummary


@dataclass(frozen=True)
class Recipe:
    """The Dockerfile text or user Dockerfile that yields an image, and what it stands on.

    Neither `text` nor `user`: the base image is checked as it is.
    `base` is the image reference as users write it (before mirrors); where the recipe stands on
    another recipe's image instead, that is `parent` and `base` is that parent's base.
    """

    base: str
    text: str = ""
    user: UserDockerfile | None = None
    parent: Recipe | None = None
    platform: str = "linux/amd64"

    @property
    def key(self) -> str:
        """Equal recipes share this, and so share one build."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    @property
    def builds(self) -> bool:
        """Whether an image has to be built at all."""
        return bool(self.text or self.user)


@dataclass(frozen=True)
class PlannedCell:
    """A cell and what it needs. With a `skip` reason nothing is built or run for it."""

    cell: Cell
    recipe: Recipe
    gpu: Gpu
    timeout: int  # seconds for its checks
    skip: str = ""
    predicted: PredictionSummary | None = None  # for the machine it is to run on
    base: CellBase = field(default_factory=CellBase)


@dataclass(frozen=True)
class Excluded:
    """A cell that cannot exist, or that the user ruled out, and why."""

    cell: Cell
    reason: str
    cause: str = ""  # an id of causes.md where there is one, such as no-wheel


@dataclass(frozen=True)
class Plan:
    """Which cells run, which share a build, and which cannot exist and why."""

    cells: tuple[PlannedCell, ...]
    excluded: tuple[Excluded, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Every recipe to build, parents before children, each once."""
        recipes: dict[str, Recipe] = {}

        def add(recipe: Recipe) -> None:
            if recipe.parent:
                add(recipe.parent)
            recipes.setdefault(recipe.key, recipe)

        for planned in self.cells:
            if not planned.skip:
                add(planned.recipe)
        return tuple(recipes.values())

    @property
    def counts(self) -> str:
        """How much there is to do, in words, such as ``3 cells, 4 builds, 2 controls``."""
        controls = sum(planned.base.added for planned in self.cells)
        skipped = sum(bool(planned.skip) for planned in self.cells)
        builds = sum(recipe.builds for recipe in self.recipes)
        parts = [_count(len(self.cells) - controls, "cell"), _count(builds, "build")]
        parts += [_count(controls, "control")] if controls else []
        parts += [f"{skipped} skipped"] if skipped else []
        parts += [f"{len(self.excluded)} excluded"] if self.excluded else []
        return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
