"""The table of all faults, for people."""

from __future__ import annotations

from collections.abc import Sequence

from faults.outcome import BAD
from faults.run import UNLIKE, Run
from tf_docker_check.report.reproduce import not_shown

HEAD = """\
# Faults

Each row is a folder in `tests/faults/cases/`: an image or a run that is broken on purpose (or looks broken and is
not), built and run by the command line on a real engine from real packages. `make faults` runs them all and compares;
those marked *fast* are part of `make test`. Where a GPU is a stand-in, the driver and the CUDA libraries in the image
are dummies (`tests/faults/shared/gpu`) that compute nothing; TensorFlow and its output are real. *repeated* shows how
the reproduce commands of the report ended when run in a shell: they must fail as the cell did. This page is generated
by `python -m faults --reproduce --page docs/faults.md`; with names, only these rows are updated.

| fault | why it exists | status | where | cause | got | repeated | seconds | fast |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""

NOT_MADE = {
    "docker-daemon-unreachable": "without an engine no cell runs; `explain` reads it in the logs of other programs",
    "driver-libs-in-image": "needs a driver on the host that the image's own libraries hide",
    "tag-vanished": "needs an earlier nightly run: `tests/engine/test_nightly.py`",
    "upstream-image-changed": "not visible in a cell or log; `drift` and nightly runs compare digests",
}
"""The causes that no fault has here, and why."""


def render(runs: Sequence[Run], page: str, names: Sequence[str]) -> str:
    """The page; rows that were not run now are as they are in *page*. *names* are all faults, in order."""
    rows = {line.split(" | ")[0].removeprefix("| "): f"{line}\n" for line in page.splitlines()}
    rows |= {run.fault.name: _row(run) for run in runs}
    table = "".join(rows[name] for name in names if name in rows)
    not_made = "".join(f"- `{cause}`: {why}\n" for cause, why in NOT_MADE.items())
    return f"{HEAD}{table}\nNot reproduced here:\n\n{not_made}"


def _row(run: Run) -> str:
    fault, expected = run.fault, run.fault.expected
    got = "; ".join(run.wrong) or f"the same{f', {run.got.confidence}' if run.got.cause else ''}"
    cells = (
        fault.name,
        " ".join(fault.why.split()),
        expected.status,
        expected.at or "–",
        expected.cause or "–",
        got,
        _repeated(run),
        f"{run.seconds:.0f}",
        "yes" if fault.fast else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _repeated(run: Run) -> str:
    """How its commands ended, or why there are none; what they did otherwise is among what is wrong."""
    if run.got.status not in BAD or not run.commands:
        return "–"
    if (why := run.commands.removeprefix(not_shown(""))) != run.commands:
        return f"not shown: {why}"
    return "not the same" if any(UNLIKE in words for words in run.wrong) else "the same"
