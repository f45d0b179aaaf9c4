"""Cell patterns: shell-like, case-sensitive, with ``{a,b}`` alternatives, over cell ids.

``*`` also matches ``/`` and ``@``. What a pattern leaves out at the end of the path or of the
runner stands for all: ``slim`` is every cell of that strategy, ``slim/tf2.21.0`` all its Pythons
on all runners, ``slim@cpu`` its cells on that runner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

import bracex

from tf_docker_check.errors import UsageError
from tf_docker_check.model.cell import Cell

MOST_ALTERNATIVES = 1000
_SINGLE = re.compile(r"\{([^{},]*)\}")  # one alternative: the text itself, also for bracex's sequences {1..3}


@dataclass(frozen=True)
class Pattern:
    """Call it with a cell."""

    text: str

    def __post_init__(self) -> None:
        _globs(self.text)

    def __call__(self, cell: Cell) -> bool:
        return any(fnmatchcase(cell.id, glob) for glob in _globs(self.text))

    def names_runner(self, runner: str) -> bool:
        """Whether it says the runner's name in full, not by a wildcard."""
        return any(glob.rpartition("@")[2] == runner for glob in _globs(self.text) if "@" in glob)


def first_match(patterns: Sequence[str], cell: Cell) -> str:
    """The first of *patterns* that the cell matches, else empty."""
    return next((text for text in patterns if Pattern(text)(cell)), "")


def unmatched_patterns(patterns: Sequence[str], cells: Sequence[Cell]) -> tuple[str, ...]:
    """Patterns that no cell matches: most likely misspelt."""
    return tuple(text for text in patterns if not any(map(Pattern(text), cells)))


@cache
def _globs(text: str) -> tuple[str, ...]:
    globs = []
    for glob in _alternatives(text):
        path, at, runner = glob.rpartition("@") if "@" in glob else (glob, "", "*")
        globs += [glob] if at else [glob, f"{glob}@*"]
        globs.append(f"{path}/*@{runner}")
    return tuple(globs)


def _alternatives(text: str) -> list[str]:
    """Expand braces: ``a{b,c}`` is ``ab`` and ``ac``. Raises UsageError for unbalanced braces."""
    try:
        globs = bracex.expand(
            _SINGLE.sub(r"\1", text), keep_escapes=True, limit=MOST_ALTERNATIVES, return_empty=True
        )
    except bracex.ExpansionLimitException:
        raise UsageError(
            f"the cell pattern {text!r:.80} has more than {MOST_ALTERNATIVES} alternatives",
            remedy="split it into several patterns",
        ) from None
    if any("{" in glob or "}" in glob for glob in globs):
        raise UsageError(
            f"the cell pattern {text!r:.80} has an unbalanced brace",
            remedy="write alternatives as {slim,official}/*@cpu",
        )
    return globs
