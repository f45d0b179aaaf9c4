"""docs/reliability.md, from what was just run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reliability.judge import Got

HEAD = """\
# Reliability

Every row is a fault that is made for real: the command line checks images on an engine of its own (own
network, mounts, processes and a disk of 700 MB), and at a given moment something breaks. *kept* are the
cells that have a verdict in `results.json` after it. *left behind* is what is still on the machine when
the run has ended; the run after it removes all of that, which is checked, too. A *step* is the exception:
a process of an engine that was killed in the middle of a build, which is not ours. *seconds* are from the
fault to the end of the process, on a machine with two cores that does other things as well.
`make reliability` runs all rows, compares, and writes this page; `tests/reliability/rows.yml` has them.
`python -m reliability --page docs/reliability.md NAME...` writes the named rows anew and keeps the others.

`good` is an image that passes, `check` one whose check does not end, `build` a build that does not end,
`pull` an image whose registry does not answer, `fill` a build that needs more disk than there is; other
cells are images at a registry with that trouble.

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
