"""docs/reliability.md, from what was just run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reliability.judge import Got

HEAD = """\
# Reliability

Each row is an injected fault: the command line checks images on a separate engine (with its own network, mounts,
processes and a disk of 700 MB), and at a given moment something breaks. *kept*: the cells that have a result in
`results.json` afterwards. *left behind*: what is still on the machine when the run has ended; the next run removes it,
which is checked too. The exception is a *step*: a process of an engine that was killed during a build, which does not
belong to us. *seconds* are from the fault to the end of the process, on a busy machine with two cores.
`make reliability` runs all rows in `tests/reliability/rows.yml`, compares, and writes this page.
`python -m reliability --page docs/reliability.md NAME...` updates the named rows.

`good` is an image that passes, `check` one whose check does not end, `build` a build that does not end, `pull` an
image whose registry does not answer, `fill` a build that needs more disk space than available; other cells are images
in a registry with the named fault.

| fault | expected | got | kept | left behind | seconds |
| --- | --- | --- | --- | --- | --- |
"""


def render(results: Sequence[Got], page: str = "", names: Sequence[str] = ()) -> str:
    """The page; rows that were not done now are as they are in *page*. *names* are all rows, in order."""
    known = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line[:2] == "| "}
    known |= {got.row.name: _row(got) for got in results}
    names = names or [got.row.name for got in results]
    return HEAD + "".join(f"{known[name].rstrip()}\n" for name in names if name in known)


def _row(got: Got) -> str:
    expected = got.row.expected
    wanted = _outcome("/".join(map(str, expected.exit)), {n: "/".join(s) for n, s in expected.cells.items()})
    found = "; ".join(got.wrong) or "the same"
    kept = ", ".join(got.kept) or "–"
    left = ", ".join(got.left) if got.left != ("none",) else "–"
    cells = (got.row.name, wanted, found, kept, left, f"{got.seconds:.0f}")
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |\n"


def _outcome(code: str, cells: Mapping[str, str]) -> str:
    words: Iterable[str] = (f"{name} {status}" for name, status in cells.items())
    return ", ".join([f"exit {code}", *(words if cells else ["no results"])])
