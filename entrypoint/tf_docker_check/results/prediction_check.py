"""Where a prediction and what was observed disagree."""

from __future__ import annotations

from tf_docker_check.model.prediction import PredictionSummary, Verdict
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status


def disagreements(results: Results) -> tuple[tuple[str, str], ...]:
    """Yield cells by id with what was predicted and what was observed, if they differ.

    The verdict `unknown` predicts nothing, and an errored cell shows nothing.
    """
    return tuple(
        (cell.id, f"predicted {describe(cell.predicted)}, observed {describe_result(cell)}")
        for cell in results.cells
        if cell.predicted and agrees(cell) is False
    )


def agrees(cell: CellResult) -> bool | None:
    """Whether the cell ended as foretold, and of that cause; None where there is nothing to compare."""
    predicted = cell.predicted
    if predicted is None or predicted.verdict is Verdict.UNKNOWN:
        return None
    if cell.status not in {Status.PASSED, Status.FAILED}:
        return None
    fails = predicted.verdict is Verdict.FAILS
    if fails != (cell.status is Status.FAILED):
        return False
    causes = {finding.cause for finding in cell.findings}
    return not (fails and predicted.cause and causes) or predicted.cause in causes


def describe(prediction: PredictionSummary) -> str:
    """Return the verdict in short: ``fails (numpy-abi)``."""
    return f"{prediction.verdict} ({prediction.cause})" if prediction.cause else str(prediction.verdict)


def describe_result(cell: CellResult) -> str:
    """Return the result in the same form: ``fails (numpy-abi): import: …``."""
    if cell.status is Status.PASSED:
        return str(Verdict.WORKS)
    if cell.status is not Status.FAILED:
        return str(cell.status)
    cause = f" ({cell.findings[0].cause})" if cell.findings else ""
    return f"{Verdict.FAILS}{cause}" + (f": {cell.reason}" if cell.reason else "")
