"""Cell patterns: shell-like, case-sensitive, with ``{a,b}`` alternatives, over cell ids.

``*`` also matches ``/`` and ``@``. What a pattern leaves out at the end of the path or of the
runner stands for all: ``slim`` is every cell of that strategy, ``slim/tf2.21.0`` all its Pythons
on all runners, ``slim@cpu`` its cells on that runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from tf_docker_check.errors import UsageError
from tf_docker_check.model.cell import Cell

MOST_ALTERNATIVES = 1000


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


def unmatched(patterns: Sequence[str], cells: Sequence[Cell]) -> tuple[str, ...]:
    """Patterns that no cell matches: most likely misspelt."""
    return tuple(text for text in patterns if not any(map(Pattern(text), cells)))


@cache
def _globs(text: str) -> tuple[str, ...]:
    found = []
    for glob in _alternatives(text):
        path, at, runner = glob.rpartition("@") if "@" in glob else (glob, "", "*")
        found += [glob] if at else [glob, f"{glob}@*"]
        found.append(f"{path}/*@{runner}")
    return tuple(found)


def _alternatives(text: str) -> list[str]:
    """``a{b,c}`` is ``ab`` and ``ac``; braces nest."""
    done: list[str] = []
    todo = [text]
    while todo:
        head, opened, rest = todo.pop(0).partition("{")
        if "}" in head:
            raise _unbalanced(text)
        if not opened:
            done.append(head)
            continue
        choices, tail = _split(rest, text)
        todo += [head.replace("}", "") + choice + tail for choice in choices]
        if len(todo) + len(done) > MOST_ALTERNATIVES:
            raise UsageError(f"the cell pattern {text!r:.80} has more than {MOST_ALTERNATIVES} alternatives")
    return done


def _split(rest: str, text: str) -> tuple[list[str], str]:
    """The choices up to the brace that closes, and what follows it."""
    choices: list[str] = []
    depth = start = 0
    for index, letter in enumerate(rest):
        if letter == "{":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        elif letter == "}":
            return [*choices, rest[start:index]], rest[index + 1 :]
        elif letter == "," and not depth:
            choices.append(rest[start:index])
            start = index + 1
    raise _unbalanced(text)


def _unbalanced(text: str) -> UsageError:
    return UsageError(
        f"the cell pattern {text!r:.80} has an unbalanced brace",
        remedy="write alternatives as {slim,official}/*@cpu",
    )
