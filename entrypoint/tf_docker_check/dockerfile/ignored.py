"""Which files of a build context its .dockerignore leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import normpath
from typing import NamedTuple

from tf_docker_check.dockerfile.globs import fits, name_fits, pieces

MAX_PATTERNS = 500
"""Lines that count."""

_LONGEST = 200  # characters of a pattern and of a path


class _Pattern(NamedTuple):
    """The parts of a pattern, each in pieces; None stands for ``**``. `takes_back`: what others leave out stays."""

    parts: Sequence[Sequence[str] | None]
    takes_back: bool


@dataclass
class Ignored:
    """The patterns of a .dockerignore, in order. `work_left`: how many parts are compared before it gives up."""

    patterns: tuple[_Pattern, ...] = ()
    work_left: int = 200_000
    outcomes: dict[str, bool] = field(default_factory=dict)

    def __contains__(self, path: str) -> bool:
        """Whether the file at *path* is left out: the last pattern that fits it or a folder of it decides."""
        if not self.patterns or len(path) > _LONGEST:
            return False
        if path not in self.outcomes:
            self.outcomes[path] = self._leaves_out(normpath(path).split("/"))
        return self.outcomes[path]

    def _leaves_out(self, parts: Sequence[str]) -> bool:
        out = False
        for pattern in self.patterns:
            self.work_left -= len(pattern.parts) * len(parts)
            if self.work_left < 0:
                return False
            if out is pattern.takes_back and fits(pattern.parts, parts, None, _part_fits):
                out = not pattern.takes_back
        return out


def read_ignored(text: str) -> Ignored:
    """Read a .dockerignore."""
    return Ignored(tuple(_patterns(text)))


def _patterns(text: str) -> Iterator[_Pattern]:
    for line in text.removeprefix("\ufeff").splitlines()[:MAX_PATTERNS]:
        takes_back = line.startswith("!")
        written = line[takes_back:].strip()
        if written and not line.startswith("#") and len(written) <= _LONGEST:
            parts = normpath(written).lstrip("/").split("/")
            # What lies in a folder that fits is left out, too.
            yield _Pattern([*(None if one == "**" else pieces(one) for one in parts), None], takes_back)


def _part_fits(pattern: Sequence[str] | None, part: str) -> bool:
    return pattern is not None and name_fits(pattern, part)
