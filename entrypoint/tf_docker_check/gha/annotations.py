"""Annotations: few, so one for each cell that needs a look, failures first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tf_docker_check.gha.commands import MAX_MESSAGE, command
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line

MOST = 10  # of each kind that GitHub shows for a step
_KINDS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    """`kind` is error, warning or notice; `line` counts from 1, 0 for none."""

    kind: str
    message: str
    title: str = ""
    file: str = ""
    line: int = 0


def of_results(results: Results) -> tuple[Annotation, ...]:
    """An error for each failed cell; a warning for each known failure and each that was not judged."""
    asked = (cell for cell in results.cells if not cell.ground.added)
    bad = [cell for cell in asked if cell.status in {Status.FAILED, Status.ERRORED}]
    return tuple(_of_cell(cell) for cell in bad)


def render(annotations: Iterable[Annotation]) -> str:
    """The commands, at most ten of a kind; the tenth says how many there were no room for."""
    given = tuple(annotations)
    return "".join(
        _line(each)
        for kind in _KINDS
        for each in _room([annotation for annotation in given if annotation.kind == kind], kind)
    )


def _of_cell(cell: CellResult) -> Annotation:
    told = cell.findings[0].title if cell.findings else cell.reason or str(cell.status)
    remedy = f"\n{cell.findings[0].remedy}" if cell.findings and cell.findings[0].remedy else ""
    if cell.status is Status.ERRORED:
        return Annotation("warning", f"could not be judged: {told}{remedy}", cell.id)
    if cell.known:
        return Annotation("warning", f"known failure: {told}", cell.id)
    return Annotation("error", f"{told}{remedy}", cell.id)


def _room(given: Sequence[Annotation], kind: str) -> Iterator[Annotation]:
    if len(given) <= MOST:
        yield from given
    else:
        yield from given[: MOST - 1]
        yield Annotation(kind, f"{len(given) - MOST + 1} more: see the step's summary")


def _line(given: Annotation) -> str:
    message = "\n".join(one_line(line, MAX_MESSAGE) for line in given.message.split("\n"))[:MAX_MESSAGE]
    line = str(given.line) if given.line else ""
    return command(given.kind, message, title=one_line(given.title), file=given.file, line=line)
