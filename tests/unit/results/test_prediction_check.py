from __future__ import annotations

from dataclasses import replace

import pytest
from report.samples import ATTACK, ERRORED, FAILING_IMPORT, HEALTHY, SKIPPED, results

from tf_docker_check.model.prediction import PredictionSummary, Verdict
from tf_docker_check.model.results import CellResult
from tf_docker_check.report import markdown, terminal
from tf_docker_check.results import document
from tf_docker_check.results.prediction_check import agrees, disagreements

WORKS = PredictionSummary("this-machine", Verdict.WORKS, True)
DEGRADED = PredictionSummary("this-machine", Verdict.DEGRADED, True, "neighbours", "…", "python-env")
UNKNOWN = PredictionSummary("this-machine", Verdict.UNKNOWN, False, "content", "…")
NUMPY = PredictionSummary(
    "this-machine", Verdict.FAILS, True, "neighbours", "pip chooses numpy 2", "numpy-abi"
)
AVX = replace(NUMPY, rule="avx", cause="cpu-instruction")


@pytest.mark.parametrize(
    ("cell", "foretold", "agree"),
    [
        (HEALTHY, WORKS, True),
        (HEALTHY, DEGRADED, True),
        (HEALTHY, NUMPY, False),
        (HEALTHY, UNKNOWN, None),
        (HEALTHY, None, None),
        (FAILING_IMPORT, NUMPY, True),
        (FAILING_IMPORT, AVX, False),  # it failed, but of something else
        (FAILING_IMPORT, replace(NUMPY, cause="dependency-conflict"), True),  # the second finding
        (FAILING_IMPORT, replace(NUMPY, cause=""), True),
        (replace(FAILING_IMPORT, findings=()), AVX, True),  # nobody knows of what
        (FAILING_IMPORT, WORKS, False),
        (FAILING_IMPORT, DEGRADED, False),
        (ERRORED, NUMPY, None),
        (SKIPPED, WORKS, None),
    ],
)
def test_whether_a_cell_ended_as_foretold(
    cell: CellResult, foretold: PredictionSummary | None, agree: bool | None
) -> None:
    assert agrees(replace(cell, predicted=foretold)) is agree


FOUND = results(replace(HEALTHY, predicted=NUMPY), replace(FAILING_IMPORT, predicted=WORKS))


def test_every_disagreement_is_told_in_both_reports() -> None:
    assert disagreements(FOUND) == (
        ("slim/tf2.21.0/py3.12@cpu", "predicted fails (numpy-abi), observed works"),
        (
            "slim/tf2.15.1/py3.11@cpu",
            "predicted works, observed fails (numpy-abi): import: numpy.core.umath failed to import",
        ),
    )
    assert "### Predicted otherwise\n\n- `slim/tf2.21.0/py3.12@cpu`: predicted fails" in markdown.render(
        FOUND
    )
    assert "predicted predicted works, observed fails (numpy-abi)" in terminal.render(FOUND)


def test_agreement_is_not_worth_a_word() -> None:
    agreeing = results(replace(HEALTHY, predicted=WORKS), replace(FAILING_IMPORT, predicted=NUMPY))
    assert "redicted" not in markdown.render(agreeing)
    assert "predicted" not in terminal.render(agreeing)


def test_predictions_survive_the_document() -> None:
    assert document.load(document.dump(FOUND)) == FOUND


def test_a_strangers_prediction_is_made_harmless() -> None:
    hostile = results(
        replace(HEALTHY, predicted=PredictionSummary(ATTACK, Verdict.FAILS, True, cause=ATTACK))
    )
    assert "<script>" not in markdown.render(hostile)
    assert "\x1b" not in terminal.render(hostile)
