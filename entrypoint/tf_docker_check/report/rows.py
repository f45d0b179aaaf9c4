"""What the tables show: one row for each image, one column for each runner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.report import cells as told
from tf_docker_check.report.baseline import NONE, Beside, Comparison, Relation, is_new
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
    control: bool  # in no matrix: only there to tell whose fault the failures of others are
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
    """The table of *results*; the order depends on what is in them, not on its order there."""
    beside = comparison.by_id
    cells = sorted(results.cells, key=lambda result: natural(result.cell))
    runners = tuple(sorted({result.cell.runner for result in cells}, key=lambda name: (name != "cpu", name)))
    images: dict[str, list[CellResult]] = {}
    for result in cells:
        images.setdefault(result.cell.image_id, []).append(result)
    rows = [_row(image_id, of_image, runners, beside) for image_id, of_image in images.items()]
    return Table(
        runners, tuple(sorted(rows, key=lambda row: (row.control, not row.new, _SEVERITY.index(row.end))))
    )


def troubled(results: Results, comparison: Comparison = NONE) -> tuple[CellResult, ...]:
    """The cells that were asked for and failed or could not be judged: what is new first, then the worst."""
    bad = {Status.FAILED, Status.ERRORED}
    beside = comparison.by_id
    cells = [cell for cell in results.cells if cell.status in bad and not cell.ground.added]

    def order(cell: CellResult) -> tuple[object, ...]:
        return not is_new(cell, beside.get(cell.id)), _SEVERITY.index(end(cell)), natural(cell.cell)

    return tuple(sorted(cells, key=order))


def outcome(result: CellResult | None) -> Outcome:
    """How one cell ended, in words short enough for a table."""
    if result is None:
        return Outcome("", NOT_ASKED)
    cause = result.findings[0].cause if result.findings else ""
    whose = f", {result.blame.whose}" if result.blame else ""
    return {
        "passed": Outcome("passed", "pass", "static" if result.gpu == "static" else _device(result)),
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


def _row(
    image_id: str, cells: Sequence[CellResult], runners: tuple[str, ...], beside: Mapping[str, Beside]
) -> Row:
    by_runner = {result.cell.runner: result for result in cells}
    outcomes = tuple(outcome(by_runner.get(runner)) for runner in runners)
    image = next((result.image for result in cells if result.image), None)
    timed = next((result for result in cells if told.import_seconds(result) is not None), None)
    took = told.import_seconds(timed) if timed else None
    compared = [(result, beside[result.id]) for result in cells if result.id in beside]
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
        cuda=next((text for result in cells if (text := _cuda(result))), ""),
        size_more=next((more_bytes(b.size) for _, b in compared if b.size is not None), ""),
        import_more=_import_more(beside.get(timed.id)) if timed else "",
        against=", ".join(_against(compared)),
        new=any(is_new(result, beside.get(result.id)) for result in cells if not result.ground.added),
    )


def more_bytes(number: int) -> str:
    """A difference in size: ``+240 MB``, ``±0`` where nobody would notice."""
    return "±0" if abs(number) < 1e6 else ("+" if number > 0 else "−") + size(abs(number))


def more_seconds(number: float) -> str:
    """A difference in time: ``+1.2 s``."""
    return "±0" if abs(number) < 0.1 else ("+" if number > 0 else "−") + seconds(abs(number))


def _import_more(beside: Beside | None) -> str:
    if beside is None or beside.relation is Relation.NEW_CELL:
        return ""
    return "not compared" if beside.import_seconds is None else more_seconds(beside.import_seconds)


def _against(compared: Sequence[tuple[CellResult, Beside]]) -> Iterator[str]:
    """The relation of the image's cells in words, the runner named where they differ."""
    relations = {each.relation for _, each in compared}
    for relation in Relation:
        if relation in relations:
            names = [cell.cell.runner for cell, each in compared if each.relation is relation]
            yield str(relation) if len(relations) == 1 else f"{relation} ({', '.join(names)})"


def _cuda(result: CellResult) -> str:
    """``12.5/9 → 12.5/9.3``, with what that means where only that was looked at."""
    wanted = "/".join(filter(None, told.cuda_wanted(result)))
    found = "/".join(told.cuda_found(result).values())
    if not wanted or not found:
        return wanted
    return f"{wanted} → {found} ({'ready' if result.facts.get('gpu.ready') is True else 'not ready'})"


def _device(result: CellResult) -> str:
    """The first GPU's name, where one was asked for."""
    devices = result.facts.get("gpu.devices")
    first = devices[0] if isinstance(devices, list) and devices and result.gpu == "require" else None
    return str(first.get("name", "")) if isinstance(first, Mapping) else ""


def _versions(cells: Sequence[CellResult]) -> str:
    """TensorFlow and Python as found, else as asked for."""
    cell = cells[0].cell
    found = [
        next((str(result.facts[name]) for result in cells if result.facts.get(name)), asked)
        for name, asked in (("tensorflow.version", cell.tensorflow), ("python.version", cell.python))
    ]
    return " · ".join(version or "?" for version in found)
