"""A plan in the formats of ``plan --format``."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.model.config import Runner
from tf_docker_check.model.recipe import Plan
from tf_docker_check.plan.document import plan_json
from tf_docker_check.plan.github import MOST_JOBS, github_matrix
from tf_docker_check.plan.table import plan_table

FORMATS = ("table", "json", "github")


def show(plan: Plan, how: str, runners: Sequence[Runner] = (), most: int = MOST_JOBS) -> str:
    """*plan* as a `table`, as `json`, or as a `github` matrix.

    For the matrix *runners* give ``runs-on``, and *most* bounds the jobs.
    """
    if how == "json":
        return plan_json(plan)
    return github_matrix(plan, runners, most=most) if how == "github" else plan_table(plan)
