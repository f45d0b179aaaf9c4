"""The instructions of a Dockerfile as values that know where they stand in its text.

Every `start` and `end` is an offset into the text of the file; an end is the offset after the last
character. Lines count from 1, and both ends of a range of lines belong to it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

KEYWORDS = (
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
)


class Word(NamedTuple):
    """A piece of an instruction: its text without line breaks, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Heredoc:
    """A here-document, of which `content` stands in the file from `start` to `end`.

    `strips_tabs`: it was opened by ``<<-``. `expands`: its name is not quoted, so that variables in it
    are filled in.
    """

    name: str
    content: str
    start: int
    end: int
    strips_tabs: bool = False
    expands: bool = True


@dataclass(frozen=True, eq=False)
class LogicalLine:
    """An instruction's lines joined at their continuation marks, comments left out.

    `pieces`: for each piece of `text` that stands in the file in one go, its offset in `text` and in
    the file.
    """

    text: str
    pieces: tuple[tuple[int, int], ...]

    @cached_property
    def _starts(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        in_text, in_file = zip(*self.pieces, strict=True)
        return in_text, in_file

    def word(self, start: int, end: int, text: str | None = None) -> Word:
        """The characters from *start* to *end* as a word; *text* where it reads otherwise."""
        if len(self.pieces) == 1:
            shift = self.pieces[0][1]
            return Word(self.text[start:end] if text is None else text, start + shift, end + shift)
        begin = self.offset(start)
        last = self.offset(end - 1) + 1 if end > start else begin
        return Word(self.text[start:end] if text is None else text, begin, last)

    def offset(self, at: int) -> int:
        """Where the character *at* of `text` stands in the file."""
        start, in_file = self.pieces[bisect_right(self._starts[0], at) - 1]
        return in_file + at - start

    def written(self, word: Word) -> str:
        """*word* as it is written, with quotes and escapes, without line breaks."""
        if word.end <= word.start:
            return ""
        return self.text[self._index(word.start) : self._index(word.end - 1) + 1]

    def within(self, word: Word, start: int, end: int, text: str | None = None) -> Word:
        """A piece of what is written at *word*; *text* where it reads otherwise."""
        begin = self._index(word.start)
        return self.word(begin + start, begin + end, text)

    def _index(self, in_file: int) -> int:
        """The opposite of `offset`."""
        if len(self.pieces) == 1:
            return in_file - self.pieces[0][1]
        start, begin = self.pieces[bisect_right(self._starts[1], in_file) - 1]
        return start + in_file - begin

    def fragments(self, word: Word) -> list[tuple[int, int]]:
        """The ranges of the file that *word* is broken into by line breaks; one where it is not."""
        ends = [*(start for start, _ in self.pieces[1:]), len(self.text)]
        ranges = (
            (max(word.start, in_file), min(word.end, in_file + end - start))
            for (start, in_file), end in zip(self.pieces, ends, strict=True)
        )
        return [(start, end) for start, end in ranges if start < end]


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction.

    `keyword` is in capitals. `flags` are without quotes. `words`: of RUN, CMD and ENTRYPOINT in shell
    form the whole command as one word, of a JSON list (`json`) its strings, of ENV and LABEL names
    and values in turns. `trigger`: what ONBUILD puts off.
    """

    keyword: str
    start_line: int
    end_line: int
    start: int
    end: int
    line: LogicalLine = field(repr=False)
    arguments: Word
    flags: tuple[Word, ...] = ()
    words: tuple[Word, ...] = ()
    json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    trigger: Instruction | None = None

    @property
    def pairs(self) -> tuple[tuple[Word, Word], ...]:
        """Names and values, of ENV and LABEL."""
        return tuple(zip(self.words[::2], self.words[1::2], strict=True))

    def flag(self, name: str) -> str:
        """The value of ``--name=…``; empty where it is not given."""
        prefix = f"--{name}="
        return next((flag.text[len(prefix) :] for flag in self.flags if flag.text.startswith(prefix)), "")
