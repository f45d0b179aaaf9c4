"""A text file, and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_NO_BREAK = re.compile(r"[^\n]")


@dataclass(frozen=True, eq=False)
class Source:
    """The text of a file. `name`: as messages have it; lines end at LF, lines and columns count from 1.

    `inside`: the file that this one is written out in, at the same offsets; around it there are blanks.
    """

    path: Path
    name: str
    text: str = field(repr=False)
    inside: Source | None = field(default=None, repr=False)

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line."""
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def part(self, start: int, end: int) -> Source:
        """What stands from *start* to *end*, as a file of its own."""
        return Source(self.path, self.name, blank(self.text[:start]) + self.text[start:end], self)

    def span(self, start: int, end: int) -> Span:
        """A place in it, or in the file that it is written out in."""
        return Span(self.inside or self, start, end)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of *offset*."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a place; one outside the text is the nearest inside."""
        start = self.starts[min(max(line, 1), len(self.starts)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))

    def line(self, number: int) -> str:
        """The text of that line, without its end."""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


@dataclass(frozen=True)
class Span:
    """From `start` up to and without `end`."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def begins(self) -> tuple[int, int]:
        """Line and column of its first character."""
        return self.source.place(self.start)

    @property
    def ends(self) -> tuple[int, int]:
        """Line and column after its last character."""
        return self.source.place(self.end)


@dataclass(frozen=True)
class Edit:
    """Put `text` in place of a span; an empty span is a place to insert at."""

    span: Span
    text: str


def blank(text: str) -> str:
    """*text* with a blank for each character, but for line breaks."""
    return _NO_BREAK.sub(" ", text)


def removed(span: Span) -> Edit:
    """Take out *span* and the blanks before it, broken lines too, so that no empty line is left over."""
    text, start = span.source.text, _skipped(span.source.text, span.start)
    while text[start - 1 : start] == "\n":
        mark = _skipped(text, start - 1)
        if text[mark - 1 : mark] != "\\":
            break
        start = _skipped(text, mark - 1)
    return Edit(Span(span.source, start, span.end), "")


def _skipped(text: str, at: int) -> int:
    """Where the blanks before *at* begin."""
    while at and text[at - 1] in " \t\r":
        at -= 1
    return at
