from __future__ import annotations

import random
from dataclasses import replace

import pytest
from report.samples import BLAMED, CONTROL, FAILING_IMPORT, HEALTHY, MIXED, SKIPPED, STAND_IN, passed, results

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.results import Results
from tf_docker_check.results.rows import failing_cells, seconds, size, table


def test_one_row_for_each_image_and_one_column_for_each_runner():
    cell = Cell("slim", "2.21.0", "3.12", "gpu")
    shown = table(results(passed(cell, gpu="require"), HEALTHY, STAND_IN))
    assert shown.runners == ("cpu", "gpu")
    assert {row.image_id: [each.word for each in row.outcomes] for row in shown.rows} == {
        "slim/tf2.21.0/py3.12": ["pass", "pass"],
        "official/tf2.21.0": ["pass", "not in matrix"],
    }


def test_failures_come_first():
    assert [row.end for row in table(MIXED).rows] == ["failed"] * 3 + ["errored", "known", "passed", "passed"]


def test_the_order_of_the_results_does_not_show():
    shuffled = random.Random(1).sample(MIXED.cells, len(MIXED.cells))
    again = replace(MIXED, cells=tuple(shuffled))
    assert table(again) == table(MIXED)
    assert failing_cells(again) == failing_cells(MIXED)


def test_a_row_says_what_was_found_not_what_was_asked_for():
    found = replace(HEALTHY, facts={"tensorflow.version": "2.20.0", "python.version": "3.12.4"})
    row = table(results(found)).rows[0]
    assert (row.versions, row.size, row.import_time) == ("2.20.0 · 3.12.4", "1.6 GB", "3.2 s")


def test_an_import_that_failed_has_no_time():
    assert table(results(FAILING_IMPORT)).rows[0].import_time == "–"


def test_readiness_without_a_gpu_is_not_shown_as_a_gpu_that_worked():
    row = table(results(replace(HEALTHY, gpu="static"))).rows[0]
    assert (row.outcomes[0].word, row.outcomes[0].detail) == ("pass", "static")


def test_a_skipped_cell_alone_makes_a_row_that_is_not_green():
    assert table(results(SKIPPED)).rows[0].end == "skipped"


def test_no_cells_no_rows():
    assert table(Results()).rows == ()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "–"),
        (999_000, "1 MB"),
        (999_900_000, "1000 MB"),
        (1_600_000_000, "1.6 GB"),
        (2**63, "over 100 TB"),  # seven digits would be a commit to GitHub
    ],
)
def test_sizes(number, text):
    assert size(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (312.5, "5 min 12 s"), (9e15, "over a year")]
)
def test_durations(number, text):
    assert seconds(number) == text


def test_controls_come_last_and_are_no_trouble():
    failing = replace(CONTROL, status=FAILING_IMPORT.status)
    shown = table(results(failing, HEALTHY, BLAMED))
    assert [(row.strategy, row.control) for row in shown.rows] == [
        ("mine", False),
        ("slim", False),
        ("base-of-mine", True),
    ]
    assert failing_cells(results(failing, BLAMED)) == (BLAMED,)


def test_whose_fault_it_is_stands_beside_the_cause():
    assert table(results(BLAMED)).rows[0].outcomes[0].detail == "cause unknown, yours"
