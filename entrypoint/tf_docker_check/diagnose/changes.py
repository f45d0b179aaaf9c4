"""What a user's layers changed of that which TensorFlow rests on: the control's facts beside the cell's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tf_docker_check.model.blame import Change
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.text import one_line

MOST = 12
"""Changes told of one cell."""

MANY, MUCH = 2000, 20_000
"""Changes, and characters said of the failure, that are looked at: results can be a stranger's."""

VARIABLE = re.compile(
    r"LD_(LIBRARY_PATH|PRELOAD)|PYTHON(PATH|HOME|NOUSERSITE)|VIRTUAL_ENV|CONDA_PREFIX|KERAS_(BACKEND|HOME)"
    r"|PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION|(TF|XLA|CUDA|CUDNN|NVIDIA|NCCL|OMP|MKL|KMP)_[A-Z0-9_]+"
)
"""Environment variables that matter to TensorFlow and what it loads."""

INTERPRETER, FILES = "interpreter", "files of "
"""Names of changes: of the Python that runs, and how that of a distribution's lost files begins."""

_GONE = "tensorflow.gone."
_SYSTEM = {"python": "python.version", "libc": "libc.version", "os": "os.name"}
_DISTRIBUTIONS, _LIBRARIES = "packages.versions", "libraries.found"
_SUSPECTS = (
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tf-nightly",
    "python",
    "keras",
    "tf-keras",
    "numpy",
    "protobuf",
    "ml-dtypes",
    "h5py",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "PYTHONPATH",
    "PYTHONHOME",
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "libc",
)
"""What breaks TensorFlow most often, in order; the rest comes after."""

_Values = Mapping[str, str]


def changes(control: CellResult, cell: CellResult) -> tuple[Change, ...]:
    """What is in *cell* not as in *control*, the likeliest culprit of its failure first, at most `MOST`.

    What one of the two does not tell of is not compared. Where another Python runs in *cell*, so is nothing
    that belongs to a Python: nobody changed its packages.
    """
    if other := tuple(_interpreter(control, cell)):
        return (*other, *_sorted(control, cell, _surroundings))[:MOST]
    return (*_files(control, cell), *_sorted(control, cell, _parts))[:MOST]


def _sorted(
    control: CellResult, cell: CellResult, parts: Callable[[CellResult], tuple[_Values | None, ...]]
) -> list[Change]:
    found = [
        Change(name, before.get(name, ""), after.get(name, ""))
        for before, after in zip(parts(control), parts(cell), strict=True)
        if before is not None and after is not None
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    told, broken = _told(cell)[:MUCH], _broken(cell) - _broken(control)
    return sorted(found[:MANY], key=lambda change: _rank(change.name, told, broken))


def _interpreter(control: CellResult, cell: CellResult) -> Iterator[Change]:
    """Which Python is found first, and the PATH by which it is."""
    before, after = (str(each.facts.get("python.executable") or "") for each in (control, cell))
    if not before or not after or before == after:
        return
    paths = [dict(each.image.environment).get("PATH", "") if each.image else "" for each in (control, cell)]
    if paths[0] != paths[1]:
        yield Change("PATH", one_line(paths[0]), one_line(paths[1]))
    yield Change(INTERPRETER, one_line(before), one_line(after))


def _files(control: CellResult, cell: CellResult) -> Iterator[Change]:
    """Distributions that are still on record and lack files, which in the control they have."""
    for fact, lost in list(cell.facts.items())[:MANY]:
        if fact.startswith(_GONE) and isinstance(lost, Mapping) and fact not in control.facts:
            yield Change(
                f"{FILES}{one_line(fact.removeprefix(_GONE), 80)}",
                f"({one_line(str(lost.get('count')), 12)})",
                "",
            )


def _parts(cell: CellResult) -> tuple[_Values | None, ...]:
    """Distributions, then `_surroundings`; None where nothing is known."""
    return (_values(cell, _DISTRIBUTIONS), *_surroundings(cell))


def _surroundings(cell: CellResult) -> tuple[_Values | None, ...]:
    """Shared libraries, system and environment; None where nothing is known."""
    system = {name: str(cell.facts[fact]) for name, fact in _SYSTEM.items() if cell.facts.get(fact)}
    variables = cell.image.environment if cell.image else ()
    environment = {name: one_line(value) for name, value in variables if VARIABLE.fullmatch(name)}
    return (
        _values(cell, _LIBRARIES),
        system or None,
        environment if cell.image else None,
    )


def _values(cell: CellResult, fact: str) -> _Values | None:
    found = cell.facts.get(fact)
    if not isinstance(found, Mapping):
        return None
    return {one_line(str(name), 80): one_line(str(value)) for name, value in found.items()}


def _rank(name: str, told: str, broken: set[str]) -> tuple[bool, bool, int]:
    word = re.sub(r"[-_.]+", "[-_.]", re.escape(name.partition(".so")[0]).replace("\\-", "-"))
    mentioned = re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", told, re.IGNORECASE)
    place = _SUSPECTS.index(name) if name in _SUSPECTS else len(_SUSPECTS)
    return name not in broken, mentioned is None, place


def _told(cell: CellResult) -> str:
    """What was said of the failure, short: a whole traceback names too many."""
    first = cell.findings[:1]
    return "\n".join(
        [cell.reason, *(finding.cause for finding in first), *(e.text for f in first for e in f.evidence)]
    )


def _broken(cell: CellResult) -> set[str]:
    """Distributions that are not in the range that another declares."""
    found = cell.facts.get("requirements.broken")
    rows = found if isinstance(found, list) else []
    return {str(row.get("name")) for row in rows if isinstance(row, Mapping)}
