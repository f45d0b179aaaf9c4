from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.fake import FakeEngine, Script, image
from tf_docker_check.engine.labels import RUN
from tf_docker_check.engine.protocol import Engine, Trace
from tf_docker_check.errors import EngineError, RegistryError
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Runner, Strategy
from tf_docker_check.model.event import Event
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.recipe import Excluded, Plan, PlannedCell, Recipe
from tf_docker_check.model.results import Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.context import RunContext
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.run import run_plan, titles

TF = "tensorflow/tensorflow:2.21.0"
SLIM = "python:3.11-slim"
OFFICIAL = Recipe(TF)
PIP = Recipe(SLIM, text=f"FROM {SLIM}\nRUN pip install tensorflow\n")
CONFIG = Config((Strategy("official"),), runners=(Runner("cpu"), Runner("far", docker_host="tcp://far:2376")))


def planned(
    name: str, recipe: Recipe, *, runner: str = "cpu", skip: str = "", gpu: Gpu = Gpu.OFF
) -> PlannedCell:
    return PlannedCell(Cell(name, "2.21.0", "", runner), recipe, gpu, 60, skip)


def engine(**changes: object) -> FakeEngine:
    known = {TF: image(TF), SLIM: image(SLIM)}
    programs = {one.id: ("/usr/bin/python3",) for one in known.values()}
    return FakeEngine(**{"hub": known, "programs": programs, **changes})  # type: ignore[arg-type]


@dataclass
class Kept:
    """A keeper in memory: single cells as they were added, and every document that was saved."""

    added: list[str] = field(default_factory=list)
    saved: list[Results] = field(default_factory=list)

    def add(self, results: Results) -> None:
        [cell] = results.cells
        self.added.append(cell.cell.strategy)

    def save(self, results: Results) -> None:
        self.saved.append(results)


def run(
    plan: Plan,
    connect: Callable[[str], Engine],
    *,
    told: list[Event] | None = None,
    kept: Kept | None = None,
) -> Results:
    observe = (told if told is not None else []).append
    context = RunContext(CONFIG, Path(), ResultsDir(Path(), "out"), observe, connect, "r1")
    return run_plan(context, plan, kept)


def test_every_cell_of_the_plan_has_a_verdict_in_the_plans_order(climber: Callable[..., object]) -> None:
    excluded = Excluded(Cell("slim", "2.15.0", "3.13", "cpu"), "no wheel", "no-wheel")
    plan = Plan(
        (planned("b", OFFICIAL), planned("gpu", OFFICIAL, skip="no GPU"), planned("a", OFFICIAL)), (excluded,)
    )
    results = run(plan, lambda _: engine(on_run=climber()))
    assert [(cell.cell.strategy, cell.status) for cell in results.cells] == [
        ("b", Status.PASSED),
        ("gpu", Status.SKIPPED),
        ("a", Status.PASSED),
    ]
    assert results.cells[1].reason == "no GPU"
    assert results.excluded == (excluded,)
    assert results.cells[0].facts["tensorflow.version"] == "2.21.0"


def test_a_failing_check_fails_its_cell_alone_and_says_how_to_see_it_again(
    climber: Callable[..., object],
) -> None:
    bad = climber(**{"import": "ImportError: numpy"})
    good = climber()
    shared = engine(on_run=lambda request: (bad if request.image == image(TF).id else good)(request))
    results = run(Plan((planned("official", OFFICIAL), planned("other", Recipe(SLIM)))), lambda _: shared)
    failed, passed = results.cells
    assert (failed.status, passed.status) == (Status.FAILED, Status.PASSED)
    assert failed.reason == "import: ImportError: numpy"
    assert f"tensorflow/tensorflow@{image(TF).digest}" in failed.reproduce
    assert "import tensorflow" in failed.reproduce
    assert passed.reproduce == ""


def test_an_engine_that_cannot_be_had_costs_only_its_own_cells(climber: Callable[..., object]) -> None:
    def connect(host: str) -> Engine:
        if host:
            raise EngineError("no engine at tcp://far:2376")
        return engine(on_run=climber())

    results = run(Plan((planned("far", OFFICIAL, runner="far"), planned("near", OFFICIAL))), connect)
    assert [cell.status for cell in results.cells] == [Status.ERRORED, Status.PASSED]
    assert "tcp://far:2376" in results.cells[0].reason


def test_no_engine_at_all_is_one_message_and_every_cell_is_kept_unjudged() -> None:
    def connect(host: str) -> Engine:
        raise EngineError("no container engine answers")

    kept = Kept()
    plan = Plan((planned("far", OFFICIAL, runner="far"), planned("near", OFFICIAL)))
    with pytest.raises(EngineError, match="no container engine answers"):
        run(plan, connect, kept=kept)
    assert [cell.status for cell in kept.saved[-1].cells] == [Status.ERRORED, Status.ERRORED]


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(RegistryError("429 too many requests"), Status.ERRORED), (None, Status.FAILED)],
)
def test_a_registry_in_trouble_is_not_the_images_fault(trouble: Exception | None, status: Status) -> None:
    results = run(
        Plan((planned("official", OFFICIAL),)), lambda _: engine(hub={TF: trouble} if trouble else {})
    )
    assert results.cells[0].status is status


def test_what_was_made_is_swept_and_nothing_else(climber: Callable[..., object]) -> None:
    shared = engine(on_run=climber(), images={"yours:1": image("yours:1")})
    run(Plan((planned("slim", PIP),)), lambda _: shared)
    assert shared.built
    assert set(shared.images) == {"yours:1", SLIM}


def test_an_interrupt_keeps_what_was_found_and_sweeps(climber: Callable[..., object]) -> None:
    good, kept = climber(), Kept()

    def interrupted(request: object) -> Script:
        raise KeyboardInterrupt

    shared = engine(on_run=good, on_build=interrupted)
    plan = Plan((planned("official", OFFICIAL), planned("slim", PIP)))
    with pytest.raises(KeyboardInterrupt):
        run(plan, lambda _: shared, kept=kept)
    last = {cell.cell.strategy: cell for cell in kept.saved[-1].cells}
    assert last["slim"].status is Status.ERRORED
    assert "ended before" in last["slim"].reason
    assert set(shared.images) <= {TF, SLIM}


def test_results_are_kept_after_every_cell(climber: Callable[..., object]) -> None:
    kept = Kept()
    plan = Plan((planned("a", OFFICIAL), planned("b", OFFICIAL), planned("c", Recipe("gone:1"))))
    run(plan, lambda _: engine(on_run=climber()), kept=kept)
    assert sorted(kept.added) == ["a", "b", "c"]
    assert [len(results.cells) for results in kept.saved] == [0, 3, 3]


def test_builds_are_called_after_the_cells_that_ask_for_them() -> None:
    app = Recipe(SLIM, text="FROM slim\n", parent=PIP)
    plan = Plan((planned("a", OFFICIAL), planned("b", OFFICIAL), planned("app", app)))
    assert titles(plan) == {
        OFFICIAL.key: "a/tf2.21.0, b/tf2.21.0",
        PIP.key: f"base of others: {SLIM}",
        app.key: "app/tf2.21.0",
    }


def test_an_engine_that_dies_before_the_end_costs_no_verdict(climber: Callable[..., object]) -> None:
    class Dying(FakeEngine):
        def sweep(self, labels: Mapping[str, str]) -> int:
            raise EngineError("cannot clean up", why="connection refused")

    shared = Dying(**vars(engine(on_run=climber())))
    results = run(Plan((planned("official", OFFICIAL),)), lambda _: shared)
    assert results.cells[0].status is Status.PASSED
    assert "may be left on the engine (connection refused)" in results.notes[-1]
    assert "tf-docker-check.run=r1" in results.notes[-1]


def test_an_engine_that_cannot_tell_of_itself_leaves_its_cells_unjudged() -> None:
    class Silent(FakeEngine):
        def info(self) -> EngineInfo:
            raise EngineError("cannot ask the container engine about itself")

    results = run(Plan((planned("official", OFFICIAL),)), lambda _: Silent())
    assert results.cells[0].status is Status.ERRORED
    assert results.cells[0].reason == "cannot ask the container engine about itself"


def test_an_interrupt_leaves_no_cell_without_a_word(climber: Callable[..., object]) -> None:
    def interrupted(host: str) -> Engine:
        raise KeyboardInterrupt

    kept = Kept()
    plan = Plan((planned("far", OFFICIAL, runner="far"), planned("near", OFFICIAL)))
    with pytest.raises(KeyboardInterrupt):
        run(plan, interrupted, kept=kept)
    assert [(cell.cell.strategy, cell.status) for cell in kept.saved[-1].cells] == [
        ("far", Status.ERRORED),
        ("near", Status.ERRORED),
    ]


def test_an_interrupt_while_cleaning_up_does_not_keep_it_from_its_end(climber: Callable[..., object]) -> None:
    interrupts = [KeyboardInterrupt]

    class Interrupted(FakeEngine):
        def sweep(self, labels: Mapping[str, str]) -> int:
            if interrupts:
                raise interrupts.pop()
            return super().sweep(labels)

    shared = Interrupted(**vars(engine(on_run=climber())))
    with pytest.raises(KeyboardInterrupt):
        run(Plan((planned("slim", PIP),)), lambda _: shared)
    assert set(shared.images) == {SLIM}


def test_what_a_killed_run_left_is_removed_and_told_and_what_resists_costs_nothing(
    climber: Callable[..., object],
) -> None:
    class Stubborn(FakeEngine):
        def sweep(self, labels: Mapping[str, str]) -> int:
            if labels == second.labels:
                raise EngineError("cannot clean up", why="boom")
            swept.append(labels)
            return super().sweep(labels)

    first, second, third = (
        Trace({RUN: name}, ended, containers=1, images=2)
        for name, ended in (("one", True), ("two", True), ("three", None))
    )
    swept: list[Mapping[str, str]] = []
    shared = Stubborn(**vars(engine(on_run=climber(), ended=(first, second, third))))
    results = run(Plan((planned("slim", PIP),)), lambda _: shared)
    assert results.cells[0].status is not Status.ERRORED
    assert first.labels in swept
    assert third.labels not in swept
    notes = "\n".join(results.notes)
    assert "removed 1 container, 2 images that run one had left, whose process was killed" in notes
    assert "run two was killed and left 1 container, 2 images, which cannot be removed" in notes
    assert "three" not in notes


@pytest.mark.parametrize(("kind", "memory"), [("docker", "7000"), ("podman", "")])
def test_no_container_may_take_all_of_a_machines_memory(
    climber: Callable[..., object], kind: str, memory: str
) -> None:
    one = engine(on_run=climber(), told=EngineInfo(kind=kind, memory=8000))
    run(Plan((planned("a", OFFICIAL),)), lambda _: one)
    assert {request.memory for request in one.ran} == {memory}


def test_a_bug_costs_its_own_cell_and_says_where_it_is(climber: Callable[..., object]) -> None:
    good = climber()

    def break_one(request: object) -> Script:
        if request.image == image(TF).id:  # type: ignore[attr-defined]
            raise TypeError("no such thing")
        return good(request)

    def break_build(request: object) -> Script:
        raise OverflowError("too large")

    shared = engine(on_run=break_one, on_build=break_build)
    plan = Plan((planned("a", OFFICIAL), planned("b", Recipe(SLIM)), planned("c", PIP)))
    cells = run(plan, lambda _: shared).cells
    assert [cell.status for cell in cells] == [Status.ERRORED, Status.PASSED, Status.ERRORED]
    assert "bug: TypeError at" in cells[0].reason
    assert "no such thing" in cells[0].reason
    assert "bug: OverflowError at" in cells[2].reason


def test_a_machine_out_of_files_is_no_bug_of_ours() -> None:
    def exhaust(request: object) -> Script:
        raise OSError(24, "Too many open files")

    (cell,) = run(Plan((planned("a", OFFICIAL),)), lambda _: engine(on_run=exhaust)).cells
    assert (cell.status, "ulimit" in cell.reason) == (Status.ERRORED, True)
