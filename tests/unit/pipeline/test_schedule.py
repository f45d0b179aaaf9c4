from __future__ import annotations

import threading

import pytest

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.pipeline.schedule import run_plan_concurrently

SLIM = Recipe(base="python:3.11-slim", text="FROM python:3.11-slim")
APP = Recipe(base="python:3.11-slim", text="FROM slim", parent=SLIM)
BARE = Recipe(base="tensorflow/tensorflow:2.21.0")


def cell(name: str, recipe: Recipe, skip: str = "") -> PlannedCell:
    return PlannedCell(Cell(name, "2.21.0", "", "cpu"), recipe, Gpu.OFF, 60, skip)


def run(plan: Plan, workers: int = 2, **overrides: object) -> list[str]:
    results: list[str] = []
    hooks = {
        "build": lambda recipe, parent: (recipe.key, parent),
        "check": lambda planned, image: planned.cell.id,
        "finished": results.append,
        "abort": lambda error: None,
    }
    run_plan_concurrently(plan, workers, **{**hooks, **overrides})  # type: ignore[arg-type]
    return results


def test_equal_recipes_are_built_once_and_parents_first() -> None:
    built: list[tuple[str, object]] = []

    def build(recipe: Recipe, parent: object) -> str:
        built.append((recipe.key, parent))
        return f"image of {recipe.key}"

    cells = (cell("app", APP), cell("slim", SLIM), cell("slim-again", SLIM), cell("bare", BARE))
    assert sorted(run(Plan(cells), build=build)) == sorted(each.cell.id for each in cells)
    assert sorted(key for key, _ in built) == sorted([SLIM.key, APP.key, BARE.key])
    assert (APP.key, f"image of {SLIM.key}") in built


def test_skipped_cells_cost_nothing() -> None:
    assert run(Plan((cell("gpu", BARE, skip="no GPU"),)), build=lambda *_: pytest.fail("built")) == []


def test_work_runs_side_by_side_but_never_more_than_asked() -> None:
    lock, now, most = threading.Lock(), 0, 0
    together = threading.Barrier(3)  # nobody goes on before three are there

    def check(planned: PlannedCell, image: object) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(60)
        with lock:
            now -= 1
        return planned.cell.id

    run(Plan(tuple(cell(f"c{n}", BARE) for n in range(9))), workers=3, check=check)
    assert most == 3


def test_an_interrupt_loses_no_result_that_was_there() -> None:
    last, results = threading.Event(), []

    def check(planned: PlannedCell, image: object) -> str:
        if planned.cell.strategy == "last":
            last.set()
        return planned.cell.strategy

    def finished(result: str) -> None:
        results.append(result)
        if result == "first":
            last.wait(60)  # the one worker has the second behind it
            raise KeyboardInterrupt

    cells = tuple(cell(name, BARE) for name in ("first", "second", "last"))
    with pytest.raises(KeyboardInterrupt):
        run(Plan(cells), workers=1, check=check, finished=finished)
    assert results[:2] == ["first", "second"]


def test_an_interrupt_cuts_short_what_runs_and_drops_what_waits() -> None:
    release, aborted = threading.Event(), []

    def check(planned: PlannedCell, image: object) -> str:
        release.wait(10)
        return planned.cell.id

    def build(recipe: Recipe, parent: object) -> None:
        if recipe is SLIM:
            raise KeyboardInterrupt

    def abort(error: BaseException) -> None:
        aborted.append(type(error))
        release.set()

    with pytest.raises(KeyboardInterrupt):
        run(Plan((cell("bare", BARE), cell("slim", SLIM))), build=build, check=check, abort=abort)
    assert aborted == [KeyboardInterrupt]
