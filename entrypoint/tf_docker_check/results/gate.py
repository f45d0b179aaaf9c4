"""What the results mean for the build: good, bad, or not to be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tf_docker_check.matrix.selector import Pattern
from tf_docker_check.model.config import KnownFailure
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.results.compare import NONE, Comparison, is_new


@dataclass(frozen=True)
class Counts:
    """How the cells ended. A known failure counts as `known`, not as `failed`.

    Of `failed`, `new` were not there on the base branch and `already` were; without one, all are new.
    """

    passed: int = 0
    failed: int = 0
    known: int = 0
    errored: int = 0
    skipped: int = 0
    new: int = 0
    already: int = 0


@dataclass(frozen=True)
class Verdict:
    """`conclusion` is success, failure or neutral; `exit_code` 0, 1 or 3."""

    conclusion: str
    exit_code: int
    counts: Counts
    headline: str


def conclusion(results: Results, fail_on: str = "new", comparison: Comparison = NONE) -> Verdict:
    """Apply the gate.

    `any`: a failed cell closes it. `new`: as `any`, except for failures that are the same on the base branch,
    if there is a *comparison*. Otherwise an errored cell, or no checked cell at all, leaves it undecided.
    `error` considers only the undecided, `never` nothing.
    """
    counts = count(results.cells, comparison)
    undecided = counts.errored > 0 or not (counts.passed or counts.failed or counts.known)
    if {"new": counts.new, "any": counts.failed}.get(fail_on):
        word, code = "failure", 1
    elif undecided and fail_on != "never":
        word, code = "neutral", 3
    else:
        word, code = "neutral" if counts.failed or undecided else "success", 0
    return Verdict(word, code, counts, headline(counts, compared=comparison.made))


def count(cells: Iterable[CellResult], comparison: Comparison = NONE) -> Counts:
    """Count how *cells* ended; added controls do not count."""
    own = [cell for cell in cells if not cell.base.added]
    ends = Counter(end(cell) for cell in own)
    compared = comparison.by_id
    new = sum(is_new(cell, compared.get(cell.id)) for cell in own)
    return Counts(**ends, new=new, already=ends["failed"] - new)


def end(result: CellResult) -> str:
    """Return the status, or `known` for a known failure."""
    return "known" if result.known and result.status is Status.FAILED else result.status.value


def headline(counts: Counts, *, compared: bool = False) -> str:
    """Return the counts as text, such as ``5 passed, 1 failed, 2 skipped``, or ``1 new failure`` with a base."""
    failed = {"failed": counts.failed}
    if compared:
        failed = {_plural("new failure", counts.new): counts.new, "already failing": counts.already}
    words = {
        **failed,
        "errored (infrastructure)": counts.errored,
        _plural("known failure", counts.known): counts.known,
        "passed": counts.passed,
        "skipped": counts.skipped,
    }
    return ", ".join(f"{number} {word}" for word, number in words.items() if number) or "nothing was checked"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def apply_known(results: Results, known_failures: Iterable[KnownFailure], today: date) -> Results:
    """Mark known failures until their date, inclusive.

    An entry whose date has passed, or that names another cause, leaves the cell failed, and the reason says
    so.
    """
    entries = tuple(known_failures)
    return replace(results, cells=tuple(_mark_known(cell, entries, today) for cell in results.cells))


def _mark_known(cell: CellResult, entries: tuple[KnownFailure, ...], today: date) -> CellResult:
    mine = [entry for entry in entries if Pattern(entry.cell)(cell.cell)]
    if cell.status is not Status.FAILED or not mine:
        return cell
    cause = cell.findings[0].cause if cell.findings else ""
    valid = next((entry for entry in mine if entry.cause == cause and today <= entry.until), None)
    if valid:
        return replace(cell, known=_words(valid))
    reasons = "; ".join(_why_not(entry, cause) for entry in mine)
    return replace(cell, known="", reason=f"{cell.reason} ({reasons})" if cell.reason else reasons)


def _words(entry: KnownFailure) -> str:
    owner = f", owned by {entry.owner}" if entry.owner else ""
    reason = f": {entry.reason}" if entry.reason else ""
    return f"{entry.cause} until {entry.until}{owner}{reason}"


def _why_not(entry: KnownFailure, cause: str) -> str:
    if entry.cause != cause:
        return f"the known failure here is {entry.cause}, this is {cause or 'of unknown cause'}"
    return f"known failure ({entry.cause}) ended on {entry.until}"
