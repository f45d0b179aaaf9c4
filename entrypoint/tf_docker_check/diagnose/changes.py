"""Find what a user's layers changed of TensorFlow's environment: the control's facts against the cell's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tf_docker_check.model.blame import Change
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.text import one_line

MOST = 12
"""Changes reported for one cell."""

MANY, MUCH = 2000, 20_000
"""Changes, and characters of the failure's text, that are read: results can be untrusted."""

VARIABLE = re.compile(
    r"LD_(LIBRARY_PATH|PRELOAD)|PYTHON(PATH|HOME|NOUSERSITE)|VIRTUAL_ENV|CONDA_PREFIX|KERAS_(BACKEND|HOME)"
    r"|PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION|(TF|XLA|CUDA|CUDNN|NVIDIA|NCCL|OMP|MKL|KMP)_[A-Z0-9_]+"
)
"""Environment variables that matter to TensorFlow and what it loads."""

INTERPRETER, FILES = "interpreter", "files of "
"""Names of changes: of the Python interpreter, and the prefix for a distribution's missing files."""

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
"""What breaks TensorFlow most often, in order; all others follow."""

_Values = Mapping[str, str]


def find_changes(control: CellResult, cell: CellResult) -> tuple[Change, ...]:
    """Return the differences of *cell* from *control*, the most likely cause first, at most `MOST`.

    Facts missing in one of the two are not compared; nor are packages where *cell* runs another Python.
    """
    if other := tuple(_interpreter(control, cell)):
        return (*other, *_rank_changes(control, cell, _surroundings))[:MOST]
    return (*_files(control, cell), *_rank_changes(control, cell, _parts))[:MOST]


def _rank_changes(
    control: CellResult, cell: CellResult, parts: Callable[[CellResult], tuple[_Values | None, ...]]
) -> list[Change]:
    changes = [
        Change(name, before.get(name, ""), after.get(name, ""))
        for before, after in zip(parts(control), parts(cell), strict=True)
        if before is not None and after is not None
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    mentioned, broken = _failure_text(cell)[:MUCH], _broken(cell) - _broken(control)
    return sorted(changes[:MANY], key=lambda change: _rank(change.name, mentioned, broken))


def _interpreter(control: CellResult, cell: CellResult) -> Iterator[Change]:
    """Yield a change of the Python interpreter, and of the PATH that selects it."""
    before, after = (str(result.facts.get("python.executable") or "") for result in (control, cell))
    if not before or not after or before == after:
        return
    paths = [
        dict(result.image.environment).get("PATH", "") if result.image else "" for result in (control, cell)
    ]
    if paths[0] != paths[1]:
        yield Change("PATH", one_line(paths[0]), one_line(paths[1]))
    yield Change(INTERPRETER, one_line(before), one_line(after))


def _files(control: CellResult, cell: CellResult) -> Iterator[Change]:
    """Yield installed distributions that lack files which they have in the control."""
    for fact, lost in list(cell.facts.items())[:MANY]:
        if fact.startswith(_GONE) and isinstance(lost, Mapping) and fact not in control.facts:
            yield Change(
                f"{FILES}{one_line(fact.removeprefix(_GONE), 80)}",
                f"({one_line(str(lost.get('count')), 12)})",
                "",
            )


def _parts(cell: CellResult) -> tuple[_Values | None, ...]:
    """Return distributions, then `_surroundings`; None where unknown."""
    return (_values(cell, _DISTRIBUTIONS), *_surroundings(cell))


def _surroundings(cell: CellResult) -> tuple[_Values | None, ...]:
    """Return shared libraries, system and environment; None where unknown."""
    system = {name: str(cell.facts[fact]) for name, fact in _SYSTEM.items() if cell.facts.get(fact)}
    variables = cell.image.environment if cell.image else ()
    environment = {name: one_line(value) for name, value in variables if VARIABLE.fullmatch(name)}
    return (
        _values(cell, _LIBRARIES),
        system or None,
        environment if cell.image else None,
    )


def _values(cell: CellResult, fact: str) -> _Values | None:
    values = cell.facts.get(fact)
    if not isinstance(values, Mapping):
        return None
    return {one_line(str(name), 80): one_line(str(value)) for name, value in values.items()}


def _rank(name: str, text: str, broken: set[str]) -> tuple[bool, bool, int]:
    word = re.sub(r"[-_.]+", "[-_.]", re.escape(name.partition(".so")[0]).replace("\\-", "-"))
    mentioned = re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", text, re.IGNORECASE)
    place = _SUSPECTS.index(name) if name in _SUSPECTS else len(_SUSPECTS)
    return name not in broken, mentioned is None, place


def _failure_text(cell: CellResult) -> str:
    """Return the failure's short text: a whole traceback names too many packages."""
    first = cell.findings[:1]
    return "\n".join(
        [cell.reason, *(finding.cause for finding in first), *(e.text for f in first for e in f.evidence)]
    )


def _broken(cell: CellResult) -> set[str]:
    """Return the distributions outside the range that another one declares."""
    broken = cell.facts.get("requirements.broken")
    rows = broken if isinstance(broken, list) else []
    return {str(row.get("name")) for row in rows if isinstance(row, Mapping)}
