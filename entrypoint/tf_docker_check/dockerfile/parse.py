"""Parse the instructions of a Dockerfile in one pass, as BuildKit does.

What is allowed: https://docs.docker.com/reference/dockerfile/. A test compares the outcome with that of
BuildKit's own parser.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from tf_docker_check.dockerfile.expand import BLANK, SPACE, BadSubstitutionError, split_words
from tf_docker_check.dockerfile.forms import FormError, arguments_of, flags_of
from tf_docker_check.dockerfile.instructions import KEYWORDS, Heredoc, Instruction, LogicalLine, Word
from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

LONGEST_LINE = 65_535
"""Bytes of a line that BuildKit reads, its end not counted."""

MAX_INSTRUCTIONS = 5000
"""An image has 127 layers at most."""

_KEYWORD = re.compile(r"([^\t\v\f\r ]*)[\t\v\f\r ]*")
_NOT_SPACE = re.compile(f"[^{SPACE}]")
_DIRECTIVE = re.compile(
    rf"[{BLANK}]*#[{BLANK}]*(?P<name>[A-Za-z][A-Za-z0-9]*)[\t\f\r ]*=[\t\f\r ]*"
    r"(?P<value>[^\n]*[^\t\f\r\n ])[\t\f\r ]*(?:\n|\Z)"
)
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_HEREDOC = re.compile(r"[0-9]*<<(-?)\s*([^<]*)")
_WITH_HEREDOCS = frozenset({"RUN", "COPY", "ADD"})
_NEVER_PUT_OFF = frozenset({"ONBUILD", "FROM", "MAINTAINER"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = "".join(filter(re.compile(f"[{SPACE}]").match, map(chr, range(0x3001))))


class _Lines:
    """The lines of a file, taken one by one; `number` of them are taken, and the next begins at `offset`."""

    def __init__(self, text: str) -> None:
        self.all = text.removeprefix("\ufeff").split("\n")
        if not self.all[-1]:
            self.all.pop()
        self.number = 0
        self.offset = int(text.startswith("\ufeff"))

    @property
    def left(self) -> bool:
        return self.number < len(self.all)

    def take(self) -> tuple[str, int]:
        """The next line, without its end, and where it begins."""
        line, offset = self.all[self.number], self.offset
        self.number += 1
        self.offset += len(line) + 1
        return line.rstrip("\r"), offset

    @property
    def end(self) -> int:
        """Where the last line that was taken ends."""
        return self.offset - 1


@lru_cache(maxsize=16)
def parse_dockerfile(text: str, file: str) -> tuple[Instruction, ...]:
    """The instructions of *text*, at least one. *file* is its name in messages.

    Raises UsageError, with the line, where BuildKit could not read it.
    """
    if "\0" in text or _SURROGATE.search(text):
        raise UsageError(f"{file} is not a text file", remedy="name a Dockerfile saved as UTF-8")
    lines = _Lines(text)
    _refuse_long(lines.all, file)
    escape = _escape(text, file)
    instructions = tuple(islice(_instructions(lines, escape, file), MAX_INSTRUCTIONS + 1))
    if len(instructions) > MAX_INSTRUCTIONS:
        place = f"{file}:{instructions[-1].start_line}"
        raise UsageError(
            f"{place}: more than {MAX_INSTRUCTIONS} instructions are not supported",
            remedy="move commands into a script and COPY it",
        )
    if not instructions:
        raise _unreadable(f"{file}:{len(lines.all)}" if text.strip() else file, "it has no instructions")
    return instructions


def directives(text: str) -> dict[str, Word]:
    """The parser directives, comments of the form key=value that a Dockerfile opens with, by key.

    Of a key that comes twice, which BuildKit refuses, the first.
    """
    return dict(reversed(list(_directives(text))))


def _directives(text: str) -> Iterator[tuple[str, Word]]:
    at = int(text.startswith("\ufeff"))
    while match := _DIRECTIVE.match(text, at):
        name = match["name"].lower()
        if name not in _DIRECTIVES:
            return
        yield name, Word(match["value"], *match.span("value"))
        at = match.end()


def _escape(text: str, file: str) -> str:
    """The character that continues lines. UsageError where the directives are not good."""
    escape, seen = "\\", set[str]()
    for name, value in _directives(text):
        place = f"{file}:{text.count(chr(10), 0, value.start) + 1}"
        if name in seen:
            raise _unreadable(place, f"duplicate directive {name}")
        seen.add(name)
        if name == "escape":
            if value.text not in ("\\", "`"):
                raise _unreadable(place, f"the escape character must be \\ or `, not {value.text!r}")
            escape = value.text
    return escape


def _instructions(lines: _Lines, escape: str, file: str) -> Iterator[Instruction]:
    while lines.left:
        number = lines.number + 1
        line = _joined(lines, escape)
        if line is None:
            continue
        try:
            yield _instruction(line, lines, number, escape)
        except (FormError, BadSubstitutionError) as error:
            raise _unreadable(f"{file}:{number}", str(error)) from None
        except _UnknownError as error:
            raise _unknown(str(error), f"{file}:{number}") from None


class _UnknownError(ValueError):
    """An unknown keyword."""


def _joined(lines: _Lines, escape: str) -> LogicalLine | None:
    """The next instruction's lines as one; None where a comment or an empty line comes next."""
    line, offset = lines.take()
    text = line.lstrip(_SPACES)
    if not text or text[0] == "#":
        return None
    start = offset + len(line) - len(text)
    kept = _without_mark(text, escape)
    if kept is None:
        return LogicalLine(text, ((0, start),))
    texts, pieces, length = [kept], [(0, start)], len(kept)
    while lines.left and kept is not None:
        line, offset = lines.take()
        begins = line.lstrip(_SPACES)[:1]
        if not begins or begins == "#":
            continue
        kept = _without_mark(line, escape)
        pieces.append((length, offset))
        texts.append(line if kept is None else kept)
        length += len(texts[-1])
    return LogicalLine("".join(texts), tuple(pieces))


def _without_mark(line: str, escape: str) -> str | None:
    """*line* without the mark that continues it; None where it has none. A doubled mark is none."""
    if escape not in line:
        return None
    text = line.rstrip(" \t")
    return text[:-1] if text.endswith(escape) and text[-2:-1] != escape else None


def _instruction(line: LogicalLine, lines: _Lines, number: int, escape: str) -> Instruction:
    first, end = _NOT_SPACE.search(line.text), len(line.text.rstrip(_SPACES))
    parts = inner = _parts(line, first.start() if first else 0, end, escape)
    if parts.keyword not in KEYWORDS:
        raise _UnknownError(parts.keyword)
    if parts.keyword == "ONBUILD":
        inner = _parts(line, parts.begin, end, escape)
        if inner.keyword in _NEVER_PUT_OFF:
            raise FormError(f"ONBUILD does not allow {inner.keyword}")
    heredocs: tuple[Heredoc, ...] = ()
    if inner.keyword in _WITH_HEREDOCS and not inner.json and "<<" in line.text:
        heredocs = tuple(_heredocs(line, lines))
    place = _Place(line, number, lines.number, line.pieces[0][1], lines.end)
    put_off = inner is not parts and inner.keyword in KEYWORDS
    return _made(parts, place, heredocs, _made(inner, place, heredocs) if put_off else None)


class _Place(NamedTuple):
    """The lines of an instruction."""

    line: LogicalLine
    first: int
    last: int
    start: int
    end: int


class _Parts(NamedTuple):
    """What an instruction divides into; the arguments begin at `begin` of the logical line."""

    keyword: str
    begin: int
    arguments: Word
    flags: tuple[Word, ...]
    words: tuple[Word, ...]
    json: bool


def _parts(line: LogicalLine, start: int, end: int, escape: str) -> _Parts:
    match = _KEYWORD.match(line.text, start, end)
    assert match is not None  # it matches nothing, too
    keyword = match[1].upper()
    flags, begin = flags_of(line, match.end(), end, escape)
    begin = min(begin, end)
    words, is_json = arguments_of(keyword, line, begin, end, escape)
    return _Parts(keyword, begin, line.word(begin, end), flags, words, is_json)


def _made(
    parts: _Parts, place: _Place, heredocs: tuple[Heredoc, ...], trigger: Instruction | None = None
) -> Instruction:
    return Instruction(
        keyword=parts.keyword,
        start_line=place.first,
        end_line=place.last,
        start=place.start,
        end=place.end,
        line=place.line,
        arguments=parts.arguments,
        flags=parts.flags,
        words=parts.words,
        json=parts.json,
        heredocs=heredocs,
        trigger=trigger,
    )


def _heredocs(line: LogicalLine, lines: _Lines) -> Iterator[Heredoc]:
    """The here-documents that *line* opens; their lines are taken."""
    try:
        words = split_words(line.text, raw=True)
    except BadSubstitutionError:  # BuildKit, too, leaves it to the shell then
        return
    for match in filter(None, map(_HEREDOC.fullmatch, words)):
        names = split_words(match[2], raw=False)
        if len(names) == 1:
            quotes = [sum(map(name.count, "'\"")) for name in (names[0], *split_words(match[2], raw=True))]
            yield _heredoc(lines, names[0], strips_tabs=bool(match[1]), expands=quotes[0] == quotes[1])


def _heredoc(lines: _Lines, name: str, *, strips_tabs: bool, expands: bool) -> Heredoc:
    start, contents = lines.offset, list[str]()
    while lines.left:
        end = lines.offset
        line, _ = lines.take()
        if (line.lstrip("\t") if strips_tabs else line) == name:
            return Heredoc(name, "".join(contents), start, end, strips_tabs, expands)
        contents.append(lines.all[lines.number - 1] + "\n")
    raise FormError(f"the here-document {one_line(name, 40)!r} has no end")


def _refuse_long(lines: Sequence[str], file: str) -> None:
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE // 4 and len(line.encode()) > LONGEST_LINE:
            raise _unreadable(f"{file}:{number}", f"a line is longer than {LONGEST_LINE} bytes")


def _unreadable(place: str, why: str) -> UsageError:
    return UsageError(
        f"{place}: invalid Dockerfile",
        why=one_line(why),
        remedy="correct it until `docker build` accepts it",
    )


def _unknown(keyword: str, place: str) -> UsageError:
    near = difflib.get_close_matches(keyword[:40], KEYWORDS, 1)
    return UsageError(
        f"{place}: {one_line(keyword, 40)!r} is not a Dockerfile instruction",
        remedy=f"did you mean {near[0]}?" if near else "is this the right Dockerfile?",
    )
