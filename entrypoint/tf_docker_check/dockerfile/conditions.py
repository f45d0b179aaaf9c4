"""Whether the conditions of a shell command hold, where that can be told without running anything."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from tf_docker_check.dockerfile.installer import fill
from tf_docker_check.dockerfile.shell import Condition
from tf_docker_check.model.number import whole

_COMPARES: Mapping[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
_COUNTS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_PATTERN = frozenset("*?[")


def hold(conditions: Sequence[Condition], values: Mapping[str, str]) -> bool | None:
    """Whether all *conditions* hold where the variables have these *values*; None where nobody knows."""
    outcomes = {_holds(condition, values) for condition in conditions}
    return False if False in outcomes else None if None in outcomes else True


def _holds(condition: Condition, values: Mapping[str, str]) -> bool | None:
    texts = condition.test.texts if condition.test else ()
    outcome = texts == ("true",) if texts in (("true",), ("false",)) else _test(_tested(texts), values)
    return None if outcome is None else outcome is condition.succeeds


def _tested(texts: Sequence[str]) -> Sequence[str]:
    """The words that a test command judges; none where it is no whole one."""
    closing = {"[": "]", "[[": "]]"}.get(texts[0]) if texts else None
    if closing:
        return texts[1:-1] if texts[-1] == closing else ()
    return texts[1:] if texts[:1] == ("test",) else ()


def _test(words: Sequence[str], values: Mapping[str, str]) -> bool | None:
    """The outcome of ``[ WORDS ]``."""
    if words and words[0] == "!":
        outcome = None if words[1:2] == ("!",) else _test(words[1:], values)
        return None if outcome is None else not outcome
    known = [fill(word, values) for word in words]
    if any("$" in text or "`" in text for text in known):
        return None
    if len(known) == 2 and known[0] in ("-n", "-z"):
        return bool(known[1]) is (known[0] == "-n")
    if len(known) == 3:
        return _compared(*known)
    return bool(known[0]) if len(known) == 1 else None


def _compared(one: str, how: str, other: str) -> bool | None:
    if how in _COMPARES and not _PATTERN & set(other):
        return _COMPARES[how](one, other)
    first, second = whole(one), whole(other)
    return None if how not in _COUNTS or first is None or second is None else _COUNTS[how](first, second)
