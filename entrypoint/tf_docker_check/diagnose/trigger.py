"""Derive from a pattern a simpler one that matches wherever it does.

Hundreds of patterns with gaps (``A.{0,80}B``) in one automaton need more states than memory has;
their longest gap-free pieces need few. So the pieces are searched for in the whole text, and the
patterns only in the lines where their piece matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import document

_NOTHING = ("\\b", "\\B", "^", "$")
_REPEATS = "?*+{"
_NARROW = re.compile(r"\\[dsW\\.]|\[[\\ds. :=(-]+\]")  # what may repeat without costing many states


@dataclass(frozen=True)
class _Atom:
    text: str
    length: float  # characters it is sure to match; a class of characters counts little
    plain: bool  # has no gap inside


def trigger(pattern: str) -> tuple[str, ...]:
    """Return what `derive_trigger` does; the triggers of shipped patterns were derived beforehand."""
    return tuple(document("triggers.json").get(pattern, ())) or derive_trigger(pattern)


@cache
def derive_trigger(pattern: str) -> tuple[str, ...]:
    """Return the alternatives of *pattern*, each reduced to its longest piece without a gap."""
    return tuple(dict.fromkeys(_longest_piece(atoms) for atoms in _alternatives(pattern)))


def _longest_piece(atoms: list[_Atom]) -> str:
    pieces: list[list[_Atom]] = [[]]
    for atom in atoms:
        if not atom.plain:
            pieces.append([])
        elif atom.text not in _NOTHING:
            pieces[-1].append(atom)
    best = max(pieces, key=lambda piece: sum(atom.length for atom in piece))
    sure = [place for place, atom in enumerate(best) if atom.length]
    return "".join(atom.text for atom in best[min(sure) : max(sure) + 1])


def _alternatives(pattern: str) -> list[list[_Atom]]:
    alternatives: list[list[_Atom]] = [[]]
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            alternatives.append([])
            at += 1
            continue
        end = _atom_end(pattern, at)
        repeat = _repeat_end(pattern, end)
        atom = _atom(pattern[at:end])
        if repeat > end:
            cheap = atom.plain and (pattern[end] == "?" or bool(_NARROW.fullmatch(atom.text)))
            atom = _Atom(pattern[at:repeat], 0, cheap)
        alternatives[-1].append(atom)
        at = repeat
    return alternatives


def _atom(text: str) -> _Atom:
    if text in _NOTHING:
        return _Atom(text, 0, plain=True)
    if text.startswith("("):
        inside = _alternatives(text[text.index(":") + 1 : -1] if text.startswith("(?") else text[1:-1])
        length = min(sum(atom.length for atom in atoms) for atoms in inside)
        return _Atom(text, length, all(atom.plain for atoms in inside for atom in atoms))
    if text.startswith("[") or (text.startswith("\\") and text[1].isalpha()):
        return _Atom(text, 0.2, plain=True)
    return _Atom(text, 1, plain=text != ".")


def _atom_end(pattern: str, at: int) -> int:
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "[":
        return _class_end(pattern, at)
    if pattern[at] == "(":
        depth, place = 1, at + 1
        while depth:
            depth += {"(": 1, ")": -1}.get(pattern[place], 0)
            place = _atom_end(pattern, place) if pattern[place] in "\\[" else place + 1
        return place
    return at + 1


def _class_end(pattern: str, at: int) -> int:
    place = at + 2 + (pattern[at + 1] == "^")  # a bracket in first place is a character
    while pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place + 1


def _repeat_end(pattern: str, at: int) -> int:
    if at >= len(pattern) or pattern[at] not in _REPEATS:
        return at
    end = pattern.index("}", at) + 1 if pattern[at] == "{" else at + 1
    return end + (pattern[end : end + 1] == "?")
