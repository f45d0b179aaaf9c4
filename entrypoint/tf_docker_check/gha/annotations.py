"""Annotations: few, so new failures come first, and what is told of many cells is told once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tf_docker_check.gha.commands import MAX_MESSAGE, command
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line

MOST = 10  # of each kind that GitHub shows for a step
MAX_NAME = 200  # characters of a cell's id: a check run takes titles of at most 255
_KINDS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    """`kind` is error, warning or notice; `line` counts from 1, 0 for none."""

    kind: str
    message: str
    title: str = ""
    file: str = ""
    line: int = 0


def of_results(results: Results, already: Collection[str] = ()) -> tuple[Annotation, ...]:
    """An error for each new failure, a warning for what errored, a notice for the rest.

    The rest are known failures and those of the cells *already* failing on the base branch, by their
    ids. Where a line of the user's Dockerfile is known to matter, an error stands there.
    """
    own = (cell for cell in results.cells if not cell.base.added)
    bad = [cell for cell in own if cell.status in {Status.FAILED, Status.ERRORED}]
    cells_by_annotation: dict[Annotation, list[str]] = {}
    for cell in bad:
        cells_by_annotation.setdefault(_of_cell(cell, already=cell.id in already), []).append(cell.id)
    return tuple(
        replace(annotation, title=_title(names)) for annotation, names in cells_by_annotation.items()
    )


def render(annotations: Collection[Annotation]) -> str:
    """Render workflow commands, at most ten of a kind; the tenth says how many were left out."""
    by_kind = {kind: [one for one in annotations if one.kind == kind] for kind in _KINDS}
    return "".join(_line(one) for kind, ones in by_kind.items() for one in _room(ones, kind))


def _of_cell(cell: CellResult, *, already: bool) -> Annotation:
    """Without its title: cells that say the same share one."""
    message = cell.findings[0].title if cell.findings else cell.reason or str(cell.status)
    if cell.status is Status.ERRORED:
        return Annotation("warning", _lines(f"infrastructure error: {message}", cell))
    if cell.known:
        return Annotation("notice", f"known failure: {message}")
    if already:
        return Annotation("notice", f"already failing on the base branch: {message}")
    file, line = _place(cell)
    return Annotation("error", _lines(message, cell), file=file, line=line)


def _lines(message: str, cell: CellResult) -> str:
    owner = f"{cell.blame.owner}: {cell.blame.why}" if cell.blame else ""
    remedy = cell.findings[0].remedy if cell.findings else ""
    return "\n".join(filter(None, (message, owner, remedy)))


def _place(cell: CellResult) -> tuple[str, int]:
    """The line of the user's Dockerfile that broke it, else where the build stopped; else nothing.

    The path may come from a pull request: one that leads out of the workspace is none.
    """
    path = PurePosixPath(cell.base.dockerfile)
    if not path.parts or path.is_absolute() or ".." in path.parts or one_line(str(path)) != str(path):
        return "", 0
    changed = [change.line for change in cell.blame.changes] if cell.blame else []
    stopped = [step.line for step in cell.build.steps if step.error] if cell.build else []
    line = next((line for line in (*changed, *stopped) if line > 0), 0)
    return (str(path), line) if line else ("", 0)


def _title(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{one_line(names[0], MAX_NAME)}{more}"


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
