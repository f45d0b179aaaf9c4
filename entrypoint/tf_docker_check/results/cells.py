"""What all reports say of one cell, and the notes on all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tf_docker_check.image.reference import add_digest
from tf_docker_check.model.blame import Blame, Change
from tf_docker_check.model.observation import BuildResult, Check, Exit
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line

_BAD = (Status.FAILED, Status.ERRORED)
_MOST_NOTES, _MOST_NAMED = 10, 6  # notes of one cell, and cells named by one note


def decisive(cell: CellResult) -> Check | None:
    """Return the first check that failed, else the first that errored."""
    return next((check for status in _BAD for check in cell.checks if check.status is status), None)


def stage(cell: CellResult) -> str:
    """Describe where it went wrong; the name of a step is between backticks."""
    if cell.build and cell.build.status in _BAD:
        step = next((step.name for step in cell.build.steps if step.error), "")
        if step:
            return f"the build failed at `{step.replace('`', '')}`"
        return "the build failed" if cell.build.steps else "the image is not available"
    if death := _death(cell.exit):
        return f"the container {death}"
    return {Status.FAILED: "a check failed", Status.ERRORED: "errored (infrastructure)"}.get(cell.status, "")


def title(cell: CellResult) -> str:
    """Return what went wrong: the title of the first cause, else where it happened."""
    return cell.findings[0].title if cell.findings else stage(cell)


def what(cell: CellResult) -> str:
    """Return in one line what happened, to go with the title."""
    parts = (stage(cell), cell.reason) if cell.findings else (cell.reason,)
    return ": ".join(part for part in parts if part)


def describe_changes(blame: Blame) -> list[str]:
    """Describe what the user's layers changed, a sentence each; instructions are between backticks."""
    return [_change(change) for change in blame.changes]


def log(cell: CellResult) -> str:
    """Return the log of the failure: the build's, else the failing check's and the container's."""
    if cell.build and cell.build.status in _BAD:
        return cell.build.log
    check = decisive(cell)
    return "\n".join(part for part in (cell.output, check.text if check else "") if part)


def checks(cell: CellResult) -> str:
    """Return how the checks ended, such as ``11 passed, 1 skipped``."""
    ends = Counter(check.status for check in cell.checks)
    return ", ".join(f"{ends[status]} {status}" for status in Status if ends[status]) or "none"


def pinned_base(build: BuildResult) -> str:
    """Return the base image with its digest, if it has one."""
    return add_digest(build.base, build.base_digest)


def import_seconds(cell: CellResult) -> float | None:
    """Return the duration of `import tensorflow` if it passed."""
    passed = (c.seconds for c in cell.checks if c.name == "import" and c.status is Status.PASSED)
    return next(passed, None)


def cuda_wanted(cell: CellResult) -> tuple[str, str]:
    """Return the CUDA and cuDNN versions that TensorFlow was built for; empty if for none."""
    cuda, cudnn = (_version(cell.facts.get(f"wanted.{name}")) for name in ("cuda", "cudnn"))
    return ".".join(cuda.split(".")[:2]), cudnn


def cuda_found(cell: CellResult) -> dict[str, str]:
    """Return the CUDA and cuDNN versions that TensorFlow finds in the image, if that was checked.

    `none` if there is no such library; if there are only others of its kind, their versions.
    """
    versions = {}
    for name, library in (("CUDA", "libcudart.so."), ("cuDNN", "libcudnn.so.")):
        library_fact = next(
            (library_fact for fact, library_fact in cell.facts.items() if library in fact), None
        )
        if isinstance(library_fact, Mapping):
            versions[name] = _version_or_path(library_fact)
    return versions


def notes(results: Results) -> tuple[str, ...]:
    """Return the notes of *results*, and of what was odd about the evidence of its cells, each once."""
    pairs = [(cell.id, note) for cell in results.cells for note in _evidence_notes(cell)]
    odd = (f"evidence of {_name_some(ids)}: {note}" for note, ids in by_reason(pairs).items())
    return (*results.notes, *odd)


def _evidence_notes(cell: CellResult) -> list[str]:
    given = cell.facts.get("evidence.notes")
    return [one_line(str(note), 300) for note in given[:_MOST_NOTES]] if isinstance(given, list) else []


def _name_some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more


def by_reason(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group names by their reason, in order of appearance."""
    reasons: dict[str, list[str]] = {}
    for name, reason in pairs:
        reasons.setdefault(reason, []).append(name)
    return reasons


def _version_or_path(library: Mapping[str, object]) -> str:
    if library.get("path"):
        return ".".join(_version(library.get("version")).split(".")[:2]) or "found"
    others = library.get("elsewhere")
    names = [str(path) for path in others] if isinstance(others, list) else []
    return next((version for name in names if (version := _version(name.rpartition(".so.")[2]))), "none")


def _version(value: object) -> str:
    """Return the digits and dots of an untrusted version."""
    match = re.match(r"[0-9]+(\.[0-9]+){0,4}", str(value or "")[:40])
    return match.group() if match else ""


def _change(change: Change) -> str:
    before, after = (value.replace("`", "") for value in (change.before, change.after))
    name = change.name.replace("`", "")
    if not change.line:
        return f"{name}: {after or 'missing'}, in the control {before or 'missing'}"
    who = f"your line {change.line}, `{change.instruction.replace('`', '')}`,"
    if not after:
        return f"{who} removed {name} {before}"
    return f"{who} replaced {name} {before} with {after}" if before else f"{who} added {name} {after}"


def _death(ended: Exit | None) -> str:
    if ended is None:
        return ""
    if ended.timed_out:
        return f"was stopped at its time limit, after {ended.seconds:.0f} s"
    if ended.oom_killed:
        return "was killed for memory"
    return f"died of {ended.signal}" if ended.signal else ""
