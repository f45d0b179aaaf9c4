"""What the tables show: one row for each image, one column for each runner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tf_docker_check.model.observation import Check
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.report.gate import end
from tf_docker_check.report.merge import natural

NOT_ASKED = "not asked"
_SEVERITY = ("failed", "errored", "known", "passed", "skipped")


@dataclass(frozen=True)
class Outcome:
    """How an image did on one runner. `end` is a status, `known`, or empty where it was not asked."""

    end: str
    word: str
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """One image. `outcomes` stand in the order of `Table.runners`; texts are ready to be shown."""

    image_id: str
    strategy: str
    versions: str
    outcomes: tuple[Outcome, ...]
    size: str
    import_time: str
    stand_in: bool
    control: bool  # in no matrix: only there to tell whose fault the failures of others are
    end: str  # the worst of its outcomes


@dataclass(frozen=True)
class Table:
    """The rows, failures first, controls last."""

    runners: tuple[str, ...]
    rows: tuple[Row, ...]


def table(results: Results) -> Table:
    """The table of *results*; the order depends on what is in them, not on its order there."""
    cells = sorted(results.cells, key=lambda result: natural(result.cell))
    runners = tuple(sorted({result.cell.runner for result in cells}, key=lambda name: (name != "cpu", name)))
    images: dict[str, list[CellResult]] = {}
    for result in cells:
        images.setdefault(result.cell.image_id, []).append(result)
    rows = [_row(image_id, of_image, runners) for image_id, of_image in images.items()]
    return Table(runners, tuple(sorted(rows, key=lambda row: (row.control, _SEVERITY.index(row.end)))))


def troubled(results: Results) -> tuple[CellResult, ...]:
    """The cells that were asked for and failed or could not be judged, worst first."""
    bad = {Status.FAILED, Status.ERRORED}
    cells = [cell for cell in results.cells if cell.status in bad and not cell.ground.added]
    return tuple(sorted(cells, key=lambda cell: (_SEVERITY.index(end(cell)), natural(cell.cell))))


def outcome(result: CellResult | None) -> Outcome:
    """How one cell ended, in words short enough for a table."""
    if result is None:
        return Outcome("", NOT_ASKED)
    cause = result.findings[0].cause if result.findings else ""
    whose = f", {result.blame.whose}" if result.blame else ""
    return {
        "passed": Outcome("passed", "pass", "static" if result.gpu == "static" else ""),
        "failed": Outcome("failed", "fail", (cause or "cause unknown") + whose),
        "known": Outcome("known", "known failure", cause),
        "errored": Outcome("errored", "not judged", cause),
        "skipped": Outcome("skipped", "skipped"),
    }[end(result)]


def name(row: Row, limit: int) -> tuple[str, str]:
    """The strategy's name of at most *limit* characters, and what is to be said of it in brackets."""
    words = [word for word, said in (("stand-in", row.stand_in), ("control", row.control)) if said]
    return one_line(row.strategy, limit), f" ({', '.join(words)})" if words else ""


def size(number: int) -> str:
    """Bytes as docker writes them, in powers of 1000; a dash where unknown."""
    if not number:
        return "–"
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def seconds(number: float) -> str:
    """A duration for people."""
    if number < 60:
        return f"{number:.1f} s"
    return f"{number // 60:.0f} min {number % 60:.0f} s"


def _row(image_id: str, cells: Sequence[CellResult], runners: tuple[str, ...]) -> Row:
    by_runner = {result.cell.runner: result for result in cells}
    outcomes = tuple(outcome(by_runner.get(runner)) for runner in runners)
    image = next((result.image for result in cells if result.image), None)
    took = next((check.seconds for check in _imports(cells)), None)
    return Row(
        image_id=image_id,
        strategy=cells[0].cell.strategy,
        versions=_versions(cells),
        outcomes=outcomes,
        size=size(image.size if image else 0),
        import_time="–" if took is None else seconds(took),
        stand_in=image is not None and image.stand_in,
        control=all(result.ground.added for result in cells),
        end=min((shown.end for shown in outcomes if shown.end), key=_SEVERITY.index),
    )


def _imports(cells: Sequence[CellResult]) -> Iterable[Check]:
    return (
        check
        for result in cells
        for check in result.checks
        if check.name == "import" and check.status is Status.PASSED
    )


def _versions(cells: Sequence[CellResult]) -> str:
    """TensorFlow and Python as found, else as asked for."""
    cell = cells[0].cell
    found = [
        next((str(result.facts[name]) for result in cells if result.facts.get(name)), asked)
        for name, asked in (("tensorflow.version", cell.tensorflow), ("python.version", cell.python))
    ]
    return " · ".join(version or "?" for version in found)
