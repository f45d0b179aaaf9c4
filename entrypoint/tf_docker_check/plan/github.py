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
    """What ``fromJSON`` turns into a ``strategy.matrix``, on one line, of at most *most* jobs.

    Cells skipped for want of a GPU on this machine are in it: their job runs on another. Controls that
    were added are not: the jobs that need them add them. Each entry's `cells` is for the input `cell`.
    Raises UsageError for a matrix that no output of a job can hold.
    """
    runs_on = {runner.name: runner.runs_on for runner in runners}
    jobs = [_job(job, runs_on) for job in github_jobs(plan, most)]
    printed = json.dumps({"include": jobs}, ensure_ascii=True, separators=(",", ":"))
    if len(printed) > MOST_CHARACTERS:
        raise UsageError(
            f"the matrix has {len(asked(plan))} cells, whose names are more than a job's output can hold",
            why=f"{len(printed)} characters, at most {MOST_CHARACTERS} are passed on",
            remedy="plan it in parts, one workflow job each, with `include` patterns such as slim",
        )
    return printed


def github_jobs(plan: Plan, most: int = MOST_JOBS) -> tuple[tuple[PlannedCell, ...], ...]:
    """The cells that were asked for, by the job that checks them."""
    cells, jobs = asked(plan), max(1, min(most, MOST_JOBS))
    return tuple((cell,) for cell in cells) if len(cells) <= jobs else shards(cells, jobs)


def asked(plan: Plan) -> tuple[PlannedCell, ...]:
    """The cells of *plan* without the controls that were added to it."""
    return tuple(planned for planned in plan.cells if not planned.base.added)


def part_slug(cells: Sequence[PlannedCell]) -> str:
    """What names the files of the job that checks *cells*, the same in every attempt."""
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
