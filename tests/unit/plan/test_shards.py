"""Cells beyond GitHub's limit, grouped into jobs."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tf_docker_check.errors import UsageError
from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Runner
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.plan.github import MOST_JOBS, github_matrix, part_slug
from tf_docker_check.plan.shards import Shard, shards


def planned(strategy: str, recipe: Recipe, runner: str = "cpu", gpu: Gpu = Gpu.OFF) -> PlannedCell:
    return PlannedCell(Cell(strategy, "2.21.0", "3.12", runner), recipe, gpu, 600)


def stacks(count: int, height: int = 3, runner: str = "cpu") -> list[PlannedCell]:
    """*count* images, each with *height* Dockerfiles on it."""
    found = []
    for number in range(count):
        below = Recipe(f"python:{number}", text=f"FROM python:{number}\n")
        found.append(planned(f"s{number}", below, runner))
        for level in range(height):
            above = Recipe(f"python:{number}", text=f"RUN {level}\n", parent=below)
            found.append(planned(f"s{number}-{level}", above, runner))
    return found


@given(some.integers(1, 25), some.integers(0, 4), some.integers(1, 40))
def test_every_cell_is_in_one_job_and_no_job_mixes_runners(count, height, most):
    cells = stacks(count, height) + stacks(count // 2, height, "gpu")
    jobs = shards(cells, most)
    assert Counter(cell.cell.id for job in jobs for cell in job) == Counter(c.cell.id for c in cells)
    assert all(len({cell.cell.runner for cell in job}) == 1 for job in jobs)
    assert len(jobs) <= max(most, len({cell.cell.runner for cell in cells}))


def test_what_stands_on_one_build_stays_in_one_job():
    jobs = shards(stacks(100), 20)
    assert all(len({job for job, cells in enumerate(jobs) if base in bases(cells)}) == 1 for base in BASES)


BASES = [f"python:{number}" for number in range(100)]


def bases(cells):
    return {cell.recipe.base for cell in cells}


def test_a_group_too_long_for_one_job_is_split():
    jobs = shards(stacks(1, 300), 10)
    assert len(jobs) == 10
    assert max(map(len, jobs)) <= 1.5 * 301 / len(jobs)


def test_jobs_take_about_equally_long():
    lengths = [Shard().cost(job) for job in shards(stacks(150, 3) + stacks(40, 7, "gpu"), 64)]
    assert max(lengths) <= 1.6 * sum(lengths) / len(lengths)


def test_the_same_cells_give_the_same_jobs_whatever_their_files_are_called():
    cells = stacks(90)
    first = shards(cells, 30)
    assert shards(list(cells), 30) == first
    mixed = list(first[0])
    random.Random(3).shuffle(mixed)
    assert part_slug(mixed) == part_slug(first[0])
    assert len({part_slug(job) for job in first}) == len(first)


def test_as_many_cells_as_github_has_jobs_are_one_each():
    entries = json.loads(github_matrix(Plan(tuple(stacks(64)))))["include"]
    assert len(entries) == MOST_JOBS
    assert {entry["cells"] for entry in entries} == {entry["name"] for entry in entries}


def test_more_are_grouped_and_say_so():
    cells = (*stacks(100), planned("g", Recipe("gpu:1"), "gpu", Gpu.REQUIRE))
    entries = json.loads(github_matrix(Plan(cells), [Runner("gpu", ("self-hosted",))]))["include"]
    assert len(entries) <= MOST_JOBS
    assert sorted("\n".join(entry["cells"] for entry in entries).split("\n")) == sorted(
        each.cell.id for each in cells
    )
    assert entries[-1]["runs-on"] == ["self-hosted"]
    assert entries[-1]["gpu"] == "require"
    several = next(entry for entry in entries if "\n" in entry["cells"])
    assert several["slug"].startswith("shard-")
    assert " more" in several["name"]


def test_fewer_jobs_can_be_asked_for():
    assert len(json.loads(github_matrix(Plan(tuple(stacks(10))), most=3))["include"]) == 3


def test_added_controls_are_no_jobs_and_an_empty_plan_is_one():
    added = PlannedCell(Cell("base", "", "", "cpu"), Recipe("a"), Gpu.OFF, 1, base=CellBase(added=True))
    assert json.loads(github_matrix(Plan((added,)))) == {"include": []}


def test_a_matrix_that_no_output_holds_is_refused():
    cells = tuple(planned(f"{'x' * 30}{number}", Recipe("a")) for number in range(12_000))
    with pytest.raises(UsageError, match="too many for the output of a job"):
        github_matrix(Plan(cells))
