"""The files by which a step hands outputs and its summary to the runner."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

SUMMARY_BYTES = 1024 * 1024  # beyond, the runner drops the whole summary
OUTPUTS = (
    "matrix",
    "count",
    "conclusion",
    "passed",
    "failed",
    "new-failures",
    "known-failures",
    "errored",
    "skipped",
    "recommended",
    "recommended-digest",
    "results-path",
    "junit-path",
    "report-path",
    "comment-url",
    "regressions",
    "issue-number",
    "issue-url",
    "proposal-url",
)
"""What action.yml declares."""


def set_outputs(environment: Mapping[str, str], values: Mapping[str, object]) -> None:
    """Append *values* to the file GITHUB_OUTPUT names; without one (no runner) do nothing.

    Raises ValueError for a name that is not in `OUTPUTS`.
    """
    unknown = sorted(set(values) - set(OUTPUTS))
    if unknown:
        raise ValueError(f"the action has no outputs {unknown}")
    path = environment.get("GITHUB_OUTPUT")
    if path:
        append(Path(path), "".join(assignment(name, str(value)) for name, value in values.items()))


def assignment(name: str, value: str, token: Callable[[], str] = lambda: secrets.token_hex(16)) -> str:
    """*name* set to *value* under a delimiter that is no line of the value."""
    while (delimiter := f"end-{token()}") in value:
        pass
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def add_summary(environment: Mapping[str, str], render: Callable[[int], str]) -> None:
    """Append to the step's summary what *render* makes of the bytes left in it.

    Nothing is written where that is more than is left, for then the runner would drop all of it.
    """
    name = environment.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    path = Path(name)
    left = SUMMARY_BYTES - (path.stat().st_size if path.exists() else 0)
    text = render(left - 1)
    if len(text.encode(errors="replace")) < left:
        append(path, f"{text}\n")


def append(path: Path, text: str) -> None:
    """Add *text* to one of the runner's files."""
    with path.open("ab") as file:
        file.write(text.encode(errors="replace"))
