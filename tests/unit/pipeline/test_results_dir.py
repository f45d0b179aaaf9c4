from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.errors import CannotJudge, UsageError
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.results import CellResult, Results, RunInfo
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.results_dir import PARTIAL, ResultsDir, load

DOCUMENTS = {"results.json", "junit.xml", "report.md"}
HEAD = Results(run=RunInfo(run_id="r1"), notes=("on stand-ins",))


def cell(name: str) -> CellResult:
    planned = Cell(name, "2.21.0", "", "cpu")
    return CellResult(planned.id, planned, Status.PASSED)


def one(name: str) -> Results:
    return Results(run=HEAD.run, cells=(cell(name),))


def names(results: Results) -> list[str]:
    return [cell.cell.strategy for cell in results.cells]


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """What a run leaves that is killed after two cells."""
    directory = ResultsDir(tmp_path, "out")
    directory.save(HEAD)
    directory.add(one("b"))
    directory.add(one("a"))
    assert directory.problem is None
    return tmp_path / "out/results.json"


def test_every_document_is_written_when_results_are_saved(tmp_path: Path) -> None:
    directory = ResultsDir(tmp_path, "out")
    directory.save(Results(notes=("first",)))
    directory.add(one("a"))
    directory.save(Results(notes=("second",)))
    assert {path.name for path in (tmp_path / "out").iterdir()} == DOCUMENTS
    assert json.loads((tmp_path / "out/results.json").read_bytes())["notes"] == ["second"]
    assert directory.problem is None


def test_a_killed_run_leaves_the_cells_that_had_ended(killed: Path) -> None:
    results = load(killed)
    assert names(results) == ["a", "b"]
    assert (results.run.run_id, results.notes) == ("r1", HEAD.notes)


def test_a_line_that_was_being_written_costs_only_its_own_cell(killed: Path) -> None:
    partial = killed.with_name(PARTIAL)
    partial.write_bytes(partial.read_bytes()[:-9])
    assert names(load(killed)) == ["b"]


def test_the_cells_of_an_earlier_killed_run_are_not_those_of_this_one(killed: Path) -> None:
    left = killed.with_name(PARTIAL).read_bytes()
    ResultsDir(killed.parents[1], "out").save(replace(HEAD, run=RunInfo(run_id="r2")))
    killed.with_name(PARTIAL).write_bytes(left)
    assert names(load(killed)) == []


def test_a_cell_is_as_it_was_saved_and_not_as_it_was_first(killed: Path) -> None:
    left = killed.with_name(PARTIAL).read_bytes()
    assign_blame = replace(one("a"), cells=(replace(cell("a"), reason="with blame"),))
    ResultsDir(killed.parents[1], "out").save(assign_blame)
    killed.with_name(PARTIAL).write_bytes(left)
    assert [each.reason for each in load(killed).cells] == ["with blame", ""]


def test_what_is_added_does_not_grow_with_what_was_added_before(tmp_path: Path) -> None:
    directory = ResultsDir(tmp_path, "out")
    partial, grown = tmp_path / "out" / PARTIAL, []
    directory.save(HEAD)
    for _ in range(3):
        before = partial.stat().st_size if partial.exists() else 0
        directory.add(one("a"))
        grown.append(partial.stat().st_size - before)
    assert len(set(grown)) == 1


def test_what_cannot_be_written_now_is_a_problem_until_it_can(tmp_path: Path) -> None:
    directory = ResultsDir(tmp_path, "out")
    (tmp_path / "out/junit.xml").mkdir(parents=True)
    directory.save(Results(notes=("first",)))
    assert isinstance(directory.problem, CannotJudge)
    (tmp_path / "out/junit.xml").rmdir()
    directory.save(Results(notes=("second",)))
    assert directory.problem is None


@pytest.mark.parametrize("write", [ResultsDir.save, ResultsDir.add])
def test_a_link_in_the_directorys_place_is_the_users_mistake(tmp_path: Path, write) -> None:
    (tmp_path / "out").symlink_to("/")
    directory = ResultsDir(tmp_path, "out")
    write(directory, Results())
    assert isinstance(directory.problem, UsageError)


def test_a_link_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("theirs")
    directory = ResultsDir(tmp_path, "out")
    directory.save(HEAD)
    (tmp_path / "out" / PARTIAL).symlink_to(elsewhere)
    directory.add(one("a"))
    assert isinstance(directory.problem, CannotJudge)
    assert elsewhere.read_text() == "theirs"
