"""The plan as a matrix for a GitHub workflow: one job a cell, or a few cells a job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Runner
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.plan.shards import shards, slug

MOST_JOBS = 256
"""GitHub refuses a matrix with more (GitHub docs, "Actions limits")."""

MOST_CHARACTERS = 500_000
"""A job's outputs may have 1 MB, which GitHub counts as UTF-16 (GitHub docs, "Workflow commands")."""


def github_matrix(plan: Plan, runners: Sequence[Runner] = (), *, most: int = MOST_JOBS) -> str:
    """Return the JSON for ``strategy.matrix``, on one line, of at most *most* jobs.

    Cells skipped because this machine has no GPU are included: their job runs on another. Added
    controls are not: the jobs that need them add them. Each entry's `cells` is for the input `cell`.
    Raises UsageError for a matrix larger than a job's output may be.
    """
    runs_on = {runner.name: runner.runs_on for runner in runners}
    jobs = [_job(job, runs_on) for job in github_jobs(plan, most)]
    printed = json.dumps({"include": jobs}, ensure_ascii=True, separators=(",", ":"))
    if len(printed) > MOST_CHARACTERS:
        raise UsageError(
            f"the matrix has {len(requested_cells(plan))} cells, too many for the output of a job",
            why=f"{len(printed)} characters; GitHub accepts {MOST_CHARACTERS}",
            remedy="split it with `include` patterns such as slim, one workflow job each",
        )
    return printed


def github_jobs(plan: Plan, most: int = MOST_JOBS) -> tuple[tuple[PlannedCell, ...], ...]:
    """Group the requested cells into jobs."""
    cells, jobs = requested_cells(plan), max(1, min(most, MOST_JOBS))
    return tuple((cell,) for cell in cells) if len(cells) <= jobs else shards(cells, jobs)


def requested_cells(plan: Plan) -> tuple[PlannedCell, ...]:
    """Return the cells of *plan* without added controls."""
    return tuple(planned for planned in plan.cells if not planned.base.added)


def part_slug(cells: Sequence[PlannedCell]) -> str:
    """Return the name for the files of the job that checks *cells*; the same in every attempt."""
    return slug([planned.cell.id for planned in cells], cells[0].cell.slug if cells else "")


def _job(cells: Sequence[PlannedCell], runs_on: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    cell = cells[0].cell
    entry = {
        "name": cell.id if len(cells) == 1 else f"{cell.id} and {len(cells) - 1} more",
        "cells": "\n".join(planned.cell.id for planned in cells),
        "slug": part_slug(cells),
        "runner": cell.runner,
        "runs-on": list(runs_on.get(cell.runner, ())) or ["ubuntu-latest"],
        "gpu": "require" if any(str(planned.gpu) == "require" for planned in cells) else str(cells[0].gpu),
    }
    single = {"strategy": cell.strategy, "tensorflow": cell.tensorflow, "python": cell.python}
    return entry | single if len(cells) == 1 else entry
