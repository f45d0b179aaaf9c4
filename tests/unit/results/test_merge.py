from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some
from report.samples import CONTROL, ENGINE, EXCLUDED, HEALTHY, MIXED

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.recipe import Excluded
from tf_docker_check.model.results import CellResult, Results, RunInfo
from tf_docker_check.model.status import Status
from tf_docker_check.results.merge import merge, replaced_notes

CELLS = [Cell("a", tensorflow, "", "cpu") for tensorflow in ("2.9.0", "2.21.0", "2.021.0", "", "nightly")]

cell_results = some.builds(
    lambda cell, status, attempt: CellResult(cell.id, cell, status, attempt=attempt),
    some.sampled_from(CELLS),
    some.sampled_from(Status),
    some.integers(1, 3),
)
documents = some.builds(
    Results,
    run=some.builds(
        RunInfo,
        some.sampled_from(["", "0.1", "0.2"]),
        some.sampled_from(["", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
        some.sampled_from([0.0, 1.0, 2.0]),
    ),
    engines=some.lists(some.sampled_from([ENGINE, replace(ENGINE, cpus=2)]), max_size=2).map(tuple),
    cells=some.lists(cell_results, max_size=5, unique_by=lambda result: result.id).map(tuple),
    excluded=some.lists(some.sampled_from([EXCLUDED, Excluded(CELLS[0], "no")]), max_size=2).map(tuple),
    notes=some.lists(some.sampled_from("ab"), max_size=3).map(tuple),
)


@given(documents, documents, documents)
def test_it_does_not_matter_how_documents_are_grouped(a, b, c):
    assert merge(a, b, c) == merge(merge(a, b), c) == merge(a, merge(b, c))


@given(documents, documents)
def test_merging_the_same_again_changes_nothing(a, b):
    once = merge(a, b)
    assert merge(once) == merge(once, once) == merge(a, b, a, b) == once


@given(some.lists(documents, max_size=3))
def test_no_cell_is_lost_and_the_newest_attempt_wins(given_documents):
    merged = merge(*given_documents)
    attempts = [(cell.id, cell.attempt) for document in given_documents for cell in document.cells]
    assert {cell.id: cell.attempt for cell in merged.cells} == {
        name: max(attempt for other, attempt in attempts if other == name) for name, _ in attempts
    }
    assert len(merged.cells) == len({name for name, _ in attempts})


def test_of_equal_attempts_the_one_given_last_wins():
    failed = replace(HEALTHY, status=Status.FAILED)
    assert merge(Results(cells=(HEALTHY,)), Results(cells=(failed,))).cells == (failed,)
    newer = replace(HEALTHY, attempt=2)
    assert merge(Results(cells=(newer,)), Results(cells=(failed,))).cells == (newer,)


def test_versions_are_put_in_order_as_versions():
    listed = tuple(CellResult(cell.id, cell, Status.PASSED) for cell in CELLS)
    assert [cell.cell.tensorflow for cell in merge(Results(cells=listed)).cells][:3] == [
        "",
        "2.9.0",
        "2.21.0",
    ]


def test_the_order_of_jobs_does_not_show():
    parts = [Results(cells=(cell,)) for cell in MIXED.cells]
    assert merge(*parts).cells == merge(*reversed(parts)).cells


def test_nothing_merges_to_nothing():
    assert merge() == Results()


def test_a_number_too_long_for_python_is_put_in_order_all_the_same():
    cell = Cell("a", "9" * 10_000, "", "cpu")
    assert merge(Results(cells=(CellResult(cell.id, cell, Status.PASSED),))).cells[0].cell == cell


def test_a_cell_that_was_asked_for_outranks_the_same_as_a_control():
    asked = replace(CONTROL, base=replace(CONTROL.base, added=False))
    later = replace(CONTROL, attempt=2)
    for pair in ((asked, later), (later, asked)):
        assert merge(*(Results(cells=(cell,)) for cell in pair)).cells == (asked,)


def test_a_result_that_is_replaced_is_told():
    failed = replace(HEALTHY, status=Status.FAILED)
    a, b = Results(cells=(failed,)), Results(cells=(HEALTHY,))
    [note] = replaced_notes({"a.json": a, "b.json": b})
    assert note.startswith(f"a.json: a result is not shown, for b.json has the same cells: {HEALTHY.id}; ")


def test_what_is_replaced_as_meant_is_not_told():
    first, second = replace(HEALTHY, attempt=1), replace(HEALTHY, attempt=2, status=Status.FAILED)
    added = replace(HEALTHY, base=replace(HEALTHY.base, added=True))
    for before, after in (
        (first, second),
        (second, first),
        (HEALTHY, HEALTHY),
        (added, HEALTHY),
        (HEALTHY, added),
    ):
        assert replaced_notes({"a": Results(cells=(before,)), "b": Results(cells=(after,))}) == []
    other = Results(run=RunInfo(project="other"), cells=(second,))
    assert replaced_notes({"a": Results(cells=(first,)), "b": other})
