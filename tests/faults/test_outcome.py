"""The lab notices what is not as expected, and its faults are well-formed."""

from __future__ import annotations

import pytest

from faults.fault import Expected, everything
from faults.outcome import Outcome, differences
from faults.page import NOT_MADE, render
from faults.run import Run
from tf_docker_check.report.reproduce import not_shown
from tf_docker_check.resources import knowledge

EXPECTED = Expected("failed", "import", "numpy-abi", ("numpy",))
GOT = Outcome("failed", "import", "numpy-abi", remedy="Pin NumPy below 2.")
CELL = {"cell": {"strategy": "it"}, "status": "failed", "reason": "import: broken"}
FINDING = {"cause": "numpy-abi", "confidence": "likely", "remedy": "pin it"}


def test_an_outcome_as_expected_has_no_differences():
    assert differences(EXPECTED, GOT) == []


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (Outcome("passed"), "status passed, not failed"),
        (Outcome("failed", "keras"), "at keras, not import"),
        (Outcome("failed", "import", "user-code"), "cause user-code, not numpy-abi"),
        (Outcome("failed", "import"), "cause none, not numpy-abi"),
        (Outcome("failed", "import", "numpy-abi", remedy="Think."), "the remedy does not say numpy: Think."),
    ],
)
def test_what_differs_is_said(got, said):
    assert said in differences(EXPECTED, got)


def test_a_cause_where_none_may_be_named_is_a_difference():
    assert differences(Expected("passed"), Outcome("passed", cause="user-code"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (CELL | {"build": {"status": "failed"}}, Outcome("failed", "build", reason="import: broken")),
        (
            CELL
            | {
                "build": {"status": "passed"},
                "checks": [
                    {"name": "environment", "status": "errored"},
                    {"name": "command: python x.py", "status": "failed"},
                ],
                "findings": [FINDING, {"cause": "python-env"}],
            },
            Outcome("failed", "command", "numpy-abi", "likely", "pin it", "import: broken"),
        ),
    ],
)
def test_an_outcome_is_read_from_the_first_thing_that_failed_and_the_headline(cell, expected):
    other = {"cell": {"strategy": "base-of-it"}, "status": "passed"}
    assert Outcome.of({"cells": [other, cell]}, "it") == expected


def test_a_cell_that_was_left_out_is_told_with_its_reason():
    left_out = {"cells": [], "excluded": [{"reason": "no wheel"}]}
    assert Outcome.of(left_out, "it") == Outcome("excluded", reason="no wheel")


@pytest.mark.parametrize("fault", everything(), ids=lambda fault: fault.name)
def test_a_fault_expects_something_that_can_come_out(fault):
    expected = fault.expected
    assert expected.status in {"passed", "failed", "errored"}
    assert bool(expected.at) is (expected.status != "passed")
    assert not expected.cause or expected.cause in knowledge.causes()
    assert fault.bases


def test_every_cause_has_a_fault_or_a_reason_why_not():
    made = {fault.expected.cause for fault in everything()} - {""}
    assert made | NOT_MADE.keys() == knowledge.causes().keys()
    assert not made & NOT_MADE.keys()


def test_a_page_keeps_the_rows_of_what_was_not_run_again():
    one, two, *_ = everything()
    bad = Outcome("failed")
    runs = [
        Run(one, bad, 1, [], not_shown("why")),
        Run(two, bad, 1, ["its commands: other words"], "docker run"),
    ]
    names = [one.name, two.name]
    page = render(runs, "", names)
    assert "| not shown: why | 1 |" in page
    assert "| its commands: other words | not the same | 1 |" in page
    again = render([Run(two, bad, 2, [], "docker run")], page, names)
    assert "| not shown: why | 1 |" in again
    assert "| the same | the same | 2 |" in again
    assert render([], again, [two.name]).count("\n| ") == page.count("\n| ") - 1
