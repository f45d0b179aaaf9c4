"""Which files of a build context its .dockerignore leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from posixpath import normpath

MAX_PATTERNS = 500
"""Lines that count."""

_LONGEST = 300  # characters of a pattern and of a path
_MOST_STARS = 4
_PIECE = re.compile(r"\*\*/?|\*|\?|\[[^\]/]+\]|\\.|.", re.DOTALL)


@dataclass(frozen=True)
class Ignored:
    """The patterns of a .dockerignore, in order; True: it takes back what others leave out."""

    patterns: tuple[tuple[re.Pattern[str], bool], ...] = ()

    def __contains__(self, path: str) -> bool:
        """Whether the file at *path* is left out: the last pattern that fits it or a folder of it decides."""
        if not self.patterns or len(path) > _LONGEST:
            return False
        parts = normpath(path).split("/")
        paths = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        out = False
        for pattern, takes_back in self.patterns:
            if out is takes_back and any(map(pattern.fullmatch, paths)):
                out = not takes_back
        return out


@lru_cache(maxsize=64)
def read_ignored(text: str) -> Ignored:
    """Read a .dockerignore."""
    return Ignored(tuple(_patterns(text)))


def _patterns(text: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    for line in text.removeprefix("\ufeff").splitlines()[:MAX_PATTERNS]:
        takes_back = line.startswith("!")
        written = line[takes_back:].strip()
        if not written or line.startswith("#") or len(written) > _LONGEST or written.count("*") > _MOST_STARS:
            continue
        cleaned = normpath(written).lstrip("/")
        try:
            yield re.compile("".join(map(_translated, _PIECE.findall(cleaned)))), takes_back
        except re.error:
            continue


def _translated(piece: str) -> str:
    """A piece of a pattern of Go's filepath.Match, with ``**``, as a regular expression."""
    if piece.startswith("**"):
        return "(?:.*/)?" if piece.endswith("/") else ".*"
    if piece in ("*", "?"):
        return "[^/]*" if piece == "*" else "[^/]"
    if piece.startswith("[") and len(piece) > 1:
        return piece
    return re.escape(piece[-1])
