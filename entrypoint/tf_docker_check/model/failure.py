"""When two failures are the same one: of one cause; where none is known, of the same words in the same check."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line

BUILD = "build"
_VARYING = re.compile(
    r"sha(?:256|512):[0-9a-f]+|0x[0-9a-fA-F]+|(?:/[\w.+@-]+)+|\b[0-9a-f]{12,}\b|[0-9]+(?:[.:][0-9]+)*"
)


@dataclass(frozen=True)
class Failure:
    """What a failure has in common with others of its kind. `check` and `words` are empty where `cause` is not."""

    cause: str = ""
    check: str = ""  # the build, or the check that failed first
    words: str = ""  # without what differs from run to run


def failure_of(cell: CellResult) -> Failure:
    """The failure that *cell*, which failed or could not be judged, shows."""
    if cell.findings:
        return Failure(cell.findings[0].cause)
    return Failure("", first_failed(cell), clean(words_of(cell)))


def first_failed(cell: CellResult) -> str:
    """What failed first, else what could not be judged first: the build, or a check; empty where neither."""
    if cell.image is None:
        return BUILD
    by_status = (
        check.name
        for status in (Status.FAILED, Status.ERRORED)
        for check in cell.checks
        if check.status is status
    )
    return next(by_status, "")


def words_of(cell: CellResult) -> str:
    """The check that failed and its words; without one, those of the build, the cell, or its output's end."""
    name = first_failed(cell)
    reason = next((check.reason for check in cell.checks if check.name == name), "")
    if reason:
        return f"{name}: {reason}"
    return (cell.build.reason if cell.build else "") or cell.reason or cell.output[-300:]


def clean(text: str) -> str:
    """*text* on one line without what differs from run to run: numbers, addresses, digests, paths."""
    return " ".join(_VARYING.sub("*", one_line(text, 300)).lower().split())
