"""The plan as a matrix for a GitHub workflow: one job a cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Runner
from tf_docker_check.model.recipe import Plan, PlannedCell

MOST_JOBS = 256
"""GitHub refuses a matrix with more (GitHub docs, "Usage limits")."""


def github_matrix(plan: Plan, runners: Sequence[Runner] = ()) -> str:
    """What ``fromJSON`` turns into a ``strategy.matrix``, on one line.

    Cells skipped for want of a GPU on this machine are in it: their job runs on another. Controls that
    were added are not: the jobs that need them add them. Raises UsageError above GitHub's limit.
    """
    cells = [planned for planned in plan.cells if not planned.ground.added]
    if len(cells) > MOST_JOBS:
        counts = Counter(planned.cell.strategy for planned in cells)
        raise UsageError(
            f"the matrix has {len(cells)} cells, and GitHub runs at most {MOST_JOBS} jobs of one matrix",
            why="; ".join(f"{name}: {count}" for name, count in counts.items()),
            remedy="plan it in parts, one workflow job each, with `include` patterns such as slim",
        )
    runs_on = {runner.name: runner.runs_on for runner in runners}
    return json.dumps({"include": [_job(each, runs_on.get(each.cell.runner, ())) for each in cells]})


def _job(planned: PlannedCell, runs_on: Sequence[str]) -> dict[str, Any]:
    cell = planned.cell
    return {
        "cell": cell.id,
        "slug": cell.slug,
        "runs-on": list(runs_on) or ["ubuntu-latest"],
        "strategy": cell.strategy,
        "tensorflow": cell.tensorflow,
        "python": cell.python,
        "runner": cell.runner,
        "gpu": str(planned.gpu),
    }
