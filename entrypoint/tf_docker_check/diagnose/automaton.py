"""RE2, by way of the `google-re2` package: many patterns in one pass, in time linear in the text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol, cast

_NEVER = r"[^\x00-\xff]"
_MEMORY = 64 * 1024 * 1024  # for one automaton's states


class Found(Protocol):
    """Where a pattern matched."""

    def span(self) -> tuple[int, int]: ...

    def groups(self) -> tuple[bytes, ...]: ...


class Search(Protocol):
    """One compiled pattern."""

    def search(self, text: bytes, start: int = 0, /) -> Found | None: ...


class Which(Protocol):
    """Several compiled patterns: which of them, by place, match somewhere in a text; None for none."""

    def Match(self, text: bytes, /) -> list[int] | None: ...  # noqa: N802 - RE2's name


@cache
def one(pattern: str) -> Search:
    """Searches for *pattern*."""
    import re2  # other verbs need not pay

    return cast("Search", re2.compile(pattern.encode(), _options()))


def any_of(patterns: Iterable[str]) -> Search:
    """Searches for whichever of *patterns* comes first; ``^`` and ``$`` are those of a line."""
    return one(f"(?m){'|'.join(dict.fromkeys(patterns)) or _NEVER}")


def which(patterns: Iterable[str]) -> Which:
    """Tells which of *patterns* match."""
    import re2

    together = re2.Set.SearchSet(_options())
    for pattern in patterns:
        together.Add(pattern.encode())
    together.Compile()
    return cast("Which", together)


@cache
def _options() -> Any:  # noqa: ANN401 - the package is not typed
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return options
