"""What jobs leave, put together; files and artifacts may be a stranger's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report.samples import BLAMED, CONTROL, results

from tf_docker_check.errors import UsageError
from tf_docker_check.gha import bundle
from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.recipe import Excluded, Plan, PlannedCell, Recipe
from tf_docker_check.model.results import Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.documents import documents, write
from tf_docker_check.pipeline.parts import from_files, merge_parts, part, skeleton, unpack
from tf_docker_check.results import document

OUT = Excluded(Cell("slim", "2.21.0", "3.14", "cpu"), "no wheel")
ASKED = PlannedCell(BLAMED.cell, Recipe("a"), Gpu.OFF, 1, skip="no GPU on this machine")
ADDED = PlannedCell(CONTROL.cell, Recipe("a"), Gpu.OFF, 1, base=CellBase(added=True))


def test_cells_whose_jobs_left_nothing_are_told() -> None:
    found = merge_parts([skeleton(Plan((ASKED, ADDED), (OUT,), ("a note",)))])
    (cell,) = found.cells
    assert (cell.id, cell.status) == (BLAMED.id, Status.ERRORED)
    assert "left no results" in cell.reason
    assert (found.excluded, found.notes) == ((OUT,), ("a note",))


def test_whatever_came_counts_more_than_that_nothing_did() -> None:
    planned = skeleton(Plan((ASKED,)))
    for order in ((planned, results(BLAMED)), (results(BLAMED), planned)):
        (cell,) = merge_parts(order).cells
        assert cell.status is Status.FAILED


def test_what_a_job_was_not_to_check_is_not_left_out() -> None:
    given = replace(results(BLAMED), excluded=(OUT,))
    assert part(given, chosen=True).excluded == ()
    assert part(given, chosen=False) == given


def test_blame_is_told_anew_and_nothing_at_all_is_an_error() -> None:
    asked = replace(CONTROL, base=CellBase(untouched=True))
    found = merge_parts([results(replace(BLAMED, blame=None)), results(asked)])
    assert {cell.id: bool(cell.blame) for cell in found.cells} == {BLAMED.id: True, CONTROL.id: False}
    with pytest.raises(UsageError, match="no job has left results"):
        merge_parts([])


def test_files_of_the_workspace_are_read_and_none_outside(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    for number, cell in enumerate((BLAMED, CONTROL)):
        (workspace / f"parts/{number}").mkdir(parents=True)
        (workspace / f"parts/{number}/results.json").write_bytes(document.dump(results(cell)))
    assert len(from_files(workspace, "parts/*/results.json")) == 2
    assert from_files(workspace, "none/*.json") == ()
    (tmp_path / "secret.json").write_bytes(document.dump(Results()))
    (workspace / "parts/link.json").symlink_to(tmp_path / "secret.json")
    for pattern in ("parts/link.json", "../*.json", "/etc/*"):
        with pytest.raises(UsageError):
            from_files(workspace, pattern)


@pytest.mark.parametrize(
    "files", [{}, {"other/results.json": b"{}"}, {"results.json": b"[]"}, {"results.json": b'{"schema": 99}'}]
)
def test_an_artifact_that_is_none_of_ours_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(UsageError):
        unpack(bundle.make(files), "an artifact")


def test_what_is_in_an_artifact_is_what_is_in_the_folder(tmp_path: Path) -> None:
    files = documents(results(BLAMED, CONTROL), "# a page")
    write(tmp_path, "a/b", files)
    found = {
        str(path.relative_to(tmp_path / "a/b")): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert found == files
    assert unpack(bundle.make(files), "x") == results(BLAMED, CONTROL)
    assert {name.partition("/")[0] for name in files} >= {"results.json", "junit.xml", "report.md", "logs"}
