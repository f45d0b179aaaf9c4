"""Patterns such as ``req*.txt``, as Go's filepath.Match has them, without backtracking over all ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

_PIECE = re.compile(r"\*|\?|\[[^\]/]+\]|\\?.", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)

Piece = TypeVar("Piece")
Item = TypeVar("Item")


def pieces(pattern: str) -> list[str]:
    """The pieces of a pattern: stars, question marks, classes, characters."""
    return _PIECE.findall(pattern)


def name_fits(pattern: Sequence[str], name: str) -> bool:
    """Whether *name* fits the pieces of a pattern."""
    return fits(pattern, name, "*", _character_fits)


def fits(
    pattern: Sequence[Piece], items: Sequence[Item], star: Piece, equal: Callable[[Piece, Item], bool]
) -> bool:
    """Whether *items* fit *pattern*, in which *star* is any number of them; in no more than their product of steps."""
    at = item = mark = 0
    back = -1
    while item < len(items):
        if at < len(pattern) and pattern[at] == star:
            back, mark, at = at, item, at + 1
        elif at < len(pattern) and equal(pattern[at], items[item]):
            at, item = at + 1, item + 1
        elif back >= 0:
            at, mark = back + 1, mark + 1
            item = mark
        else:
            return False
    return all(piece == star for piece in pattern[at:])


def _character_fits(piece: str, character: str) -> bool:
    if piece.startswith("[") and len(piece) > 1:
        negated = piece[1] in "^!"
        return _is_member(character, piece[1 + negated : -1]) is not negated
    return piece == "?" or piece[-1] == character


def _is_member(character: str, written: str) -> bool:
    """Whether *character* is in a class such as ``a-c_``."""
    within = any(low <= character <= high for low, high in _RANGE.findall(written))
    return within or character in _RANGE.sub("", written)
