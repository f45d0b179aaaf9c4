from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nightly.made import NEW, OLD, cell, night, record
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, NightlySettings, Strategy
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.model.results import CellResult
from tf_docker_check.nightly.conclude import NightlyResult, conclude
from tf_docker_check.nightly.confirm import confirm_failures
from tf_docker_check.nightly.due import select_due_cells, unsettled_cells
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night_report import Confirmation
from tf_docker_check.nightly.previous import HISTORY, WATCH, PreviousNights, load_from_folders
from tf_docker_check.nightly.run import write_night
from tf_docker_check.nightly.watch import UpstreamChanges
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.upstream.tags import Tag, TagState

NONE = History()
CELL = Cell("slim", "2.21.0", "3.12", "cpu")
CONFIG = Config((Strategy("slim", "python:{python}-slim", ("tensorflow-cpu=={tensorflow}",)),))
PLAN = Plan((PlannedCell(CELL, Recipe("img:1"), Gpu.OFF, 60),))
BASES = {CELL.id: "img:1"}
TAG = Tag("img:1", TagState.MOVED, NEW, NEW, OLD)
SEEN = UpstreamChanges((TAG,), {CELL.id: "img:1: moved"}, WatchState(), Lock(), (), ())
INSTALLED = {"facts": {"packages.installed": {"numpy": "2.3.1", "pip": "26"}}}
PASSED, FAILED = cell("passed", **INSTALLED), cell("failed", "numpy-abi", "numpy 1 is there")


def night_of(
    first: CellResult,
    *repeats: CellResult,
    past: History = NONE,
    config: Config = CONFIG,
    seen: UpstreamChanges = SEEN,
) -> NightlyResult:
    left = list(repeats)
    judged = confirm_failures(
        PLAN, [first], seen, lambda cells, lock: [left.pop(0)] if left else [], len(left)
    )
    return conclude(
        config,
        PLAN,
        bases=BASES,
        upstream=seen,
        due={CELL.id: "moved"},
        cells=judged,
        past=past,
        night=night(9),
    )


def test_a_confirmed_failure_is_a_regression_between_two_digests() -> None:
    past = History((record(7, "failed", CELL.id), record(8, cell=CELL.id)))
    came = night_of(FAILED, FAILED, past=past)
    (found,) = came.report.regressions
    assert (found.cells, found.signature.cause, found.signature.fact) == ((CELL.id,), "numpy-abi", "numpy 1")
    assert (found.last_good.digest, found.first_bad.digest, found.first_bad.run) == (OLD, NEW, 9)
    assert [each.run for each in found.history] == [9, 8, 7]
    assert came.report.verdicts == {CELL.id: Confirmation.CONFIRMED}
    assert came.history.records[-1].signature == found.id
    assert (came.lock, came.report.proposal) == (None, False)


@pytest.mark.parametrize(
    ("first", "repeats", "end", "infrastructure"),
    [
        (FAILED, [PASSED], "passed", False),
        (FAILED, [cell("errored")], "errored", True),
        (cell("errored", reason="no network"), [], "errored", True),
        (cell("failed", "network-tls"), [], "errored", True),
        (replace(FAILED, known="numpy-abi until 2030"), [], "failed", False),
    ],
)
def test_what_is_not_certain_is_no_regression(first, repeats, end: str, infrastructure: bool) -> None:
    came = night_of(first, *repeats)
    assert came.report.regressions == ()
    assert came.report.ends == {CELL.id: end}
    assert bool(came.report.infrastructure) is infrastructure
    assert came.report.infrastructure_nights == int(infrastructure)


def test_what_passed_is_proposed_for_the_lock_with_its_packages() -> None:
    came = night_of(PASSED)
    assert came.lock
    assert came.lock.images["img:1"].platforms == {"linux/amd64": NEW}
    assert came.lock.packages["slim/tf2.21.0/py3.12"].installed == {"numpy": "2.3.1"}
    assert came.watched.good == {"slim/tf2.21.0/py3.12": {"numpy": "2.3.1", "pip": "26"}}
    again = night_of(PASSED, config=replace(CONFIG, lock=came.lock))
    assert again.lock is None
    assert night_of(PASSED, config=replace(CONFIG, nightly=NightlySettings(propose=False))).lock is None


def test_an_image_that_is_not_what_it_should_be_is_a_line_and_no_regression() -> None:
    old = replace(PASSED, facts={"os.id": "debian", "os.version": "9", "os.name": "Debian 9"})
    came = night_of(old)
    assert "img:1 (seen in" in came.report.contents[0]
    assert came.report.exit_code == 0


def test_the_same_trouble_makes_the_nights_count() -> None:
    first = night_of(cell("errored"))
    second = night_of(cell("errored"), seen=replace(SEEN, watched=first.watched))
    well = night_of(PASSED, seen=replace(SEEN, watched=second.watched))
    assert [came.report.infrastructure_nights for came in (first, second, well)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("results", "is_unsettled"),
    [("", False), ("p", False), ("f", True), ("fp", True), ("fpp", False), ("fppf", True), ("e", True)],
)
def test_a_failure_is_settled_after_good_nights_enough(results: str, is_unsettled: bool) -> None:
    words = {"p": "passed", "f": "failed", "e": "errored"}
    records = [record(run, words[letter]) for run, letter in enumerate(results)]
    assert bool(unsettled_cells(records, 2)) is is_unsettled


def test_a_quiet_night_has_nothing_to_do() -> None:
    quiet = replace(SEEN, moved={})
    assert select_due_cells(PLAN, quiet, History((record(1, cell=CELL.id),)), CONFIG) == {}
    assert set(select_due_cells(PLAN, quiet, History(), CONFIG)) == {CELL.id}


def test_what_a_night_leaves_the_next_one_reads(tmp_path: Path) -> None:
    came = night_of(PASSED)
    write_night(ResultsDir(tmp_path, "out"), came)
    again = load_from_folders([tmp_path / "out", tmp_path / "out"])
    assert again.history.records == came.history.records
    assert again.watched == came.watched
    assert (tmp_path / "out" / "tf-docker-check.lock.json").exists()
    write_night(ResultsDir(tmp_path, "out"), night_of(FAILED, FAILED))
    assert not (tmp_path / "out" / "tf-docker-check.lock.json").exists()


def test_damaged_files_cost_what_is_in_them_and_are_told(tmp_path: Path) -> None:
    write_night(ResultsDir(tmp_path, "out"), night_of(PASSED))
    with (tmp_path / "out" / HISTORY).open("ab") as file:
        file.write(b'{"run": 1, "torn')
    (tmp_path / "out" / WATCH).write_bytes(b"{")
    past = load_from_folders([tmp_path / "out", tmp_path / "not there"])
    assert len(past.history.records) == 1
    assert past.watched == WatchState()
    assert "counts as new" in past.notes[0]
    came = night_of(PASSED, past=past.history)
    write_night(ResultsDir(tmp_path, "out"), came)
    assert (tmp_path / "out" / "history.damaged.txt").read_text() == '{"run": 1, "torn\n'
    assert "1 lines of the history" in " ".join(came.report.notes)


def test_two_nights_at_once_lose_nothing(tmp_path: Path) -> None:
    for name, run in (("one", 9), ("two", 10)):
        came = night_of(PASSED)
        mine = History(tuple(replace(each, run=run) for each in came.history.records))
        write_night(ResultsDir(tmp_path, name), replace(came, history=mine))
    assert [each.run for each in load_from_folders([tmp_path / "two", tmp_path / "one"]).history.records] == [
        9,
        10,
    ]


@pytest.mark.parametrize(
    ("watched", "records", "newest"),
    [(0, (), 0), (7, (), 7), (3, (record(5), record(4)), 5), (9, (record(5),), 9)],
)
def test_the_newest_night_is_that_of_the_highest_number(watched: int, records, newest: int) -> None:
    assert PreviousNights(History(records), WatchState(run=watched)).newest == newest
