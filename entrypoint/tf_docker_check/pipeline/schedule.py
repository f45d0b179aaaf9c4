"""Run builds and checks concurrently, each after the build it depends on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe

Image = TypeVar("Image")
Result = TypeVar("Result")


def run_plan_concurrently(
    plan: Plan,
    workers: int,
    *,
    build: Callable[[Recipe, Image | None], Image],
    check: Callable[[PlannedCell, Image], Result],
    finished: Callable[[Result], None],
    abort: Callable[[BaseException], None],
) -> None:
    """Build every recipe once and check every cell that is not skipped, *workers* at a time.

    `build(recipe, parent)` gets what `build` returned for the recipe's parent, or None; `finished`
    is called in this thread with each result as it comes. What an image does wrong is a value: an
    exception (an interrupt, say) ends everything, after `finished` has had every result that is
    there, and `abort`, which gets it, has cut short what is running.
    """
    children, cells = _dependents(plan)
    running: dict[Future[Any], Callable[[Any], None]] = {}

    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="cell") as pool:

        def start(parent_key: str, parent: Image | None) -> None:
            for recipe in children.get(parent_key, ()):
                running[pool.submit(build, recipe, parent)] = _built(recipe)

        def _built(recipe: Recipe) -> Callable[[Image], None]:
            def proceed(image: Image) -> None:
                for planned in cells.get(recipe.key, ()):
                    running[pool.submit(check, planned, image)] = finished
                start(recipe.key, image)

            return proceed

        try:
            start("", None)
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in [candidate for candidate in running if candidate in done]:  # as they were begun
                    running.pop(future)(future.result())
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for future, take in running.items():
                if take is finished and _has_result(future):
                    finished(future.result())
            abort(error)
            raise


def _has_result(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _dependents(plan: Plan) -> tuple[dict[str, list[Recipe]], dict[str, list[PlannedCell]]]:
    """Return recipes by their parent's key (empty: none), and cells by their recipe's key."""
    children: dict[str, list[Recipe]] = {}
    for recipe in plan.recipes:
        children.setdefault(recipe.parent.key if recipe.parent else "", []).append(recipe)
    cells: dict[str, list[PlannedCell]] = {}
    for planned in plan.cells:
        if not planned.skip:
            cells.setdefault(planned.recipe.key, []).append(planned)
    return children, cells
