"""What the tables show: one row for each image, one column for each runner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.results.cells import cuda_found, cuda_wanted, import_seconds
from tf_docker_check.results.compare import NONE, BaselineStatus, CellComparison, Comparison, is_new
from tf_docker_check.results.gate import end
from tf_docker_check.results.merge import natural

NOT_IN_MATRIX = "not in matrix"
_MOST_BYTES = 1e14
_MOST_SECONDS = 365 * 24 * 3600
_SEVERITY = ("failed", "errored", "known", "passed", "skipped")


@dataclass(frozen=True)
class Outcome:
    """How an image did on one runner. `end` is a status, `known`, or empty if the matrix has no such cell."""

    end: str
    word: str
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """One image. `outcomes` stand in the order of `Table.runners`; texts are ready to be shown.

    Empty are `cuda` where TensorFlow was built for none, and what compares where there is no base.
    """

    image_id: str
    strategy: str
    versions: str
    outcomes: tuple[Outcome, ...]
    size: str
    import_time: str
    stand_in: bool
    control: bool  # not in the matrix: an added control
    end: str  # the worst of its outcomes
    cuda: str = ""  # CUDA/cuDNN that TensorFlow wants → what it finds
    size_more: str = ""  # than on the base branch, as the next
    import_more: str = ""
    against: str = ""  # the base branch, in words
    new: bool = False  # a failure that the base branch has not, nor anybody owns


@dataclass(frozen=True)
class Table:
    """The rows, failures first, controls last."""

    runners: tuple[str, ...]
    rows: tuple[Row, ...]


def table(results: Results, comparison: Comparison = NONE) -> Table:
    """Return the table of *results*; its order does not depend on theirs."""
    compared = comparison.by_id
    cells = sorted(results.cells, key=lambda result: natural(result.cell))
    runners = tuple(sorted({result.cell.runner for result in cells}, key=lambda name: (name != "cpu", name)))
    images: dict[str, list[CellResult]] = {}
    for result in cells:
        images.setdefault(result.cell.image_id, []).append(result)
    rows = [_row(image_id, of_image, runners, compared) for image_id, of_image in images.items()]
    return Table(
        runners, tuple(sorted(rows, key=lambda row: (row.control, not row.new, _SEVERITY.index(row.end))))
    )


def failing_cells(results: Results, comparison: Comparison = NONE) -> tuple[CellResult, ...]:
    """Return the cells that failed or errored: new failures first, then the worst."""
    bad = {Status.FAILED, Status.ERRORED}
    compared = comparison.by_id
    cells = [cell for cell in results.cells if cell.status in bad and not cell.base.added]

    def order(cell: CellResult) -> tuple[object, ...]:
        return not is_new(cell, compared.get(cell.id)), _SEVERITY.index(end(cell)), natural(cell.cell)

    return tuple(sorted(cells, key=order))


def outcome(result: CellResult | None) -> Outcome:
    """Return how one cell ended, short enough for a table."""
    if result is None:
        return Outcome("", NOT_IN_MATRIX)
    cause = result.findings[0].cause if result.findings else ""
    owner = f", {result.blame.owner}" if result.blame else ""
    return {
        "passed": Outcome("passed", "pass", "static" if result.gpu == "static" else _device(result)),
        "failed": Outcome("failed", "fail", (cause or "cause unknown") + owner),
        "known": Outcome("known", "known failure", cause),
        "errored": Outcome("errored", "errored", cause),
        "skipped": Outcome("skipped", "skipped"),
    }[end(result)]


def name(row: Row, limit: int) -> tuple[str, str]:
    """Return the strategy's name, at most *limit* characters, with remarks in brackets."""
    words = [word for word, holds in (("stand-in", row.stand_in), ("control", row.control)) if holds]
    return one_line(row.strategy, limit), f" ({', '.join(words)})" if words else ""


def size(number: int) -> str:
    """Return bytes as docker writes them, in powers of 1000; a dash if unknown.

    Seven digits in a row would be a commit's hash to GitHub, and a stranger's document holds any number.
    """
    if not number:
        return "–"
    if number < 1e9:
        return f"{number / 1e6:.0f} MB"
    return f"{number / 1e9:.1f} GB" if number < _MOST_BYTES else "over 100 TB"


def seconds(number: float) -> str:
    """Return a duration as text, for the same reason with few digits."""
    if number < 60:
        return f"{number:.1f} s"
    return f"{number // 60:.0f} min {number % 60:.0f} s" if number < _MOST_SECONDS else "over a year"


def _row(
    image_id: str,
    cells: Sequence[CellResult],
    runners: tuple[str, ...],
    comparisons: Mapping[str, CellComparison],
) -> Row:
    by_runner = {result.cell.runner: result for result in cells}
    outcomes = tuple(outcome(by_runner.get(runner)) for runner in runners)
    image = next((result.image for result in cells if result.image), None)
    timed = next((result for result in cells if import_seconds(result) is not None), None)
    took = import_seconds(timed) if timed else None
    compared = [(result, comparisons[result.id]) for result in cells if result.id in comparisons]
    return Row(
        image_id=image_id,
        strategy=cells[0].cell.strategy,
        versions=_versions(cells),
        outcomes=outcomes,
        size=size(image.size if image else 0),
        import_time="–" if took is None else seconds(took),
        stand_in=image is not None and image.stand_in,
        control=all(result.base.added for result in cells),
        end=min((shown.end for shown in outcomes if shown.end), key=_SEVERITY.index),
        cuda=next((text for result in cells if (text := _cuda(result))), ""),
        size_more=next((more_bytes(b.size) for _, b in compared if b.size is not None), ""),
        import_more=_import_more(comparisons.get(timed.id)) if timed else "",
        against=", ".join(_against(compared)),
        new=any(is_new(result, comparisons.get(result.id)) for result in cells if not result.base.added),
    )


def more_bytes(number: int) -> str:
    """Return a difference in size: ``+240 MB``, ``±0`` if negligible."""
    return "±0" if abs(number) < 1e6 else ("+" if number > 0 else "−") + size(abs(number))


def more_seconds(number: float) -> str:
    """Return a difference in time: ``+1.2 s``."""
    return "±0" if abs(number) < 0.1 else ("+" if number > 0 else "−") + seconds(abs(number))


def _import_more(compared: CellComparison | None) -> str:
    if compared is None or compared.relation is BaselineStatus.NEW_CELL:
        return ""
    return "not compared" if compared.import_seconds is None else more_seconds(compared.import_seconds)


def _against(compared: Sequence[tuple[CellResult, CellComparison]]) -> Iterator[str]:
    """Return the comparison of the image's cells as text, with runners if they differ."""
    relations = {one.relation for _, one in compared}
    for relation in BaselineStatus:
        if relation in relations:
            names = [cell.cell.runner for cell, one in compared if one.relation is relation]
            yield str(relation) if len(relations) == 1 else f"{relation} ({', '.join(names)})"


def _cuda(result: CellResult) -> str:
    """Return ``12.5/9 → 12.5/9.3``, with what that means if only that was checked."""
    wanted = "/".join(filter(None, cuda_wanted(result)))
    versions = "/".join(cuda_found(result).values())
    if not wanted or not versions:
        return wanted
    return f"{wanted} → {versions} ({'ready' if result.facts.get('gpu.ready') is True else 'not ready'})"


def _device(result: CellResult) -> str:
    """Return the name of the first GPU, if one was requested."""
    devices = result.facts.get("gpu.devices")
    first = devices[0] if isinstance(devices, list) and devices and result.gpu == "require" else None
    return str(first.get("name", "")) if isinstance(first, Mapping) else ""


def _versions(cells: Sequence[CellResult]) -> str:
    """Return the versions of TensorFlow and Python in the image; if they are not known, those requested."""
    cell = cells[0].cell
    versions = [
        next((str(result.facts[name]) for result in cells if result.facts.get(name)), requested)
        for name, requested in (("tensorflow.version", cell.tensorflow), ("python.version", cell.python))
    ]
    return " · ".join(version or "?" for version in versions)
