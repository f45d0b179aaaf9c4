"""Group cells into jobs of about equal length that share few images and builds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.recipe import PlannedCell, Recipe

PULL, BUILD, CHECK = 60.0, 120.0, 60.0
"""Seconds on a hosted runner, as a guess: only their proportions matter."""

GPU_SHARE = 3.0
"""Images for GPUs are about three times as large as those without CUDA."""


@dataclass
class Shard:
    """Cells of one runner for one job. `pulled` and `built`: images and recipes already counted."""

    cells: list[PlannedCell] = field(default_factory=list)
    seconds: float = 0.0
    pulled: set[str] = field(default_factory=set)
    built: set[Recipe] = field(default_factory=set)

    def cost(self, cells: Sequence[PlannedCell]) -> float:
        """Return the seconds that *cells* would add to this job."""
        pulled, built = set(self.pulled), set(self.built)
        return sum(_add_cost(cell, pulled, built) for cell in cells)

    def take(self, cells: Sequence[PlannedCell]) -> None:
        """Add *cells*."""
        self.seconds += sum(_add_cost(cell, self.pulled, self.built) for cell in cells)
        self.cells += cells


def shards(cells: Sequence[PlannedCell], most: int) -> tuple[tuple[PlannedCell, ...], ...]:
    """*cells* in at most *most* groups, each of one runner; the same cells give the same groups.

    Cells that stand on the same build stay together unless that makes a group longer than its share.
    Each runner gets one group at least, so *most* counts for nothing below the number of runners.
    """
    by_runner: dict[str, list[PlannedCell]] = {}
    for cell in cells:
        by_runner.setdefault(cell.cell.runner, []).append(cell)
    counts = _jobs_per_runner(
        {runner: Shard().cost(mine) for runner, mine in by_runner.items()}, by_runner, most
    )
    return tuple(shard for runner, mine in by_runner.items() for shard in _balance(mine, counts[runner]))


def slug(ids: Sequence[str], alone: str) -> str:
    """Return the name of a job's files: *alone* for one cell, else a hash of the ids in any order."""
    if len(ids) == 1:
        return alone
    return f"shard-{hashlib.sha256(' '.join(sorted(ids)).encode()).hexdigest()[:10]}"


def _jobs_per_runner(
    seconds: dict[str, float], cells: dict[str, list[PlannedCell]], most: int
) -> dict[str, int]:
    """Return the number of jobs by runner: one each, further ones where they shorten the wait most."""
    counts = dict.fromkeys(seconds, 1)
    while sum(counts.values()) < most:
        waiting = [name for name in counts if counts[name] < len(cells[name])]
        if not waiting:
            break
        counts[max(waiting, key=lambda name: seconds[name] / counts[name])] += 1
    return counts


def _balance(cells: Sequence[PlannedCell], count: int) -> Iterator[tuple[PlannedCell, ...]]:
    """Assign groups, longest first, each to the job that finishes it earliest."""
    jobs = [Shard() for _ in range(count)]
    share = Shard().cost(cells) / count
    for group in sorted(_groups(cells, share), key=lambda group: -Shard().cost(group)):
        min(jobs, key=lambda job: job.seconds + job.cost(group)).take(group)
    yield from (tuple(job.cells) for job in jobs if job.cells)


def _groups(cells: Sequence[PlannedCell], share: float) -> Iterator[list[PlannedCell]]:
    """Yield cells grouped by their lowest build; groups longer than *share* are split."""
    by_root: dict[Recipe, list[PlannedCell]] = {}
    for cell in cells:
        by_root.setdefault(_chain(cell.recipe)[-1], []).append(cell)
    for group in by_root.values():
        piece = Shard()
        for cell in group:
            if piece.cells and piece.seconds + piece.cost([cell]) > share:
                yield piece.cells
                piece = Shard()
            piece.take([cell])
        yield piece.cells


def _add_cost(planned: PlannedCell, pulled: set[str], built: set[Recipe]) -> float:
    """Return the seconds for a cell and add its image and builds to *pulled* and *built*."""
    weight = 1.0 if planned.gpu is Gpu.OFF else GPU_SHARE
    seconds = CHECK
    if planned.recipe.base not in pulled:
        pulled.add(planned.recipe.base)
        seconds += PULL * weight
    for recipe in _chain(planned.recipe):
        if recipe.builds and recipe not in built:
            built.add(recipe)
            seconds += BUILD * weight
    return seconds


def _chain(recipe: Recipe) -> list[Recipe]:
    """Return *recipe* and its parents, the lowest last."""
    return [recipe, *(_chain(recipe.parent) if recipe.parent else ())]
