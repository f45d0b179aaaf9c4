"""RE2, by way of the `google-re2` package: many patterns in one pass, in time linear in the text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol, cast

_NEVER = r"[^\x00-\xff]"
_MEMORY = 64 * 1024 * 1024  # for one automaton's states


class Match(Protocol):
    """A match of a pattern."""

    def span(self) -> tuple[int, int]: ...

    def groups(self) -> tuple[bytes, ...]: ...


class CompiledPattern(Protocol):
    """One compiled pattern."""

    def search(self, text: bytes, start: int = 0, /) -> Match | None: ...


class PatternSet(Protocol):
    """Several compiled patterns: `Match` returns the indices of those that match in a text, None for none."""

    def Match(self, text: bytes, /) -> list[int] | None: ...  # noqa: N802 - RE2's name


@cache
def compile_pattern(pattern: str) -> CompiledPattern:
    """Compile *pattern*."""
    import re2  # other verbs need not pay

    return cast("CompiledPattern", re2.compile(pattern.encode(), _options()))


def compile_any(patterns: Iterable[str]) -> CompiledPattern:
    """Compile a search for the first match of any of *patterns*; ``^`` and ``$`` are those of a line.

    RE2 shares what neighbours begin with, so they are sorted.
    """
    return compile_pattern(f"(?m){'|'.join(sorted(set(patterns))) or _NEVER}")


def compile_set(patterns: Iterable[str]) -> PatternSet:
    """Compile *patterns* into a set that returns which of them match."""
    import re2

    together = re2.Set.SearchSet(_options())
    for pattern in patterns:
        together.Add(pattern.encode())
    together.Compile()
    return cast("PatternSet", together)


@cache
def _options() -> Any:  # noqa: ANN401 - the package is not typed
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return options
