"""Shell text as commands and words that know where they stand.

Enough of a shell to tell what is installed; it never runs or expands anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUOTED = r"""\\.|"(?:[^"\\]|\\.)*"|'[^']*'"""
_TOKEN = re.compile(
    r"(?P<end>&&|\|\|?|;+|&(?!>)|\n|[()])"
    r"|(?P<redirect>&?[0-9]*[<>]+(?:&[0-9-])?)"
    rf"|(?P<word>(?:{_QUOTED}|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|[^\s;&|()<>])+)",
    re.DOTALL,
)
_WORD = re.compile(rf"(?:{_QUOTED}|\S)+", re.DOTALL)
_JSON = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PIECE = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
# What may stand before a command without being it.
_PREFIX = re.compile(r"if|then|elif|else|while|until|do|!|\{|time|sudo|exec|eval|command|env|nice")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True)
class Word:
    """A word without its quotes; `start` and `end` are offsets, quotes included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Command:
    """A simple command. `json`: it was written as a JSON list."""

    words: tuple[Word, ...]
    json: bool = False

    @property
    def name(self) -> str:
        """The program, without its folder."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)


def blanked(text: str, escape: str, *, script: bool) -> str:
    """*text* with comment lines and continuation marks turned to blanks; every offset stays true.

    In a *script*, a line that is not continued ends its command; elsewhere line breaks are blanks.
    """
    text = _COMMENT.sub(_blanks, text)
    text = re.sub(rf"{re.escape(escape)}[ \t\r]*\n", _blanks, text)
    return text.replace("\r", " ") if script else text.replace("\r", " ").replace("\n", " ")


def commands(text: str, offset: int) -> list[Command]:
    """The commands in shell *text*, of which the first character is at *offset*."""
    return [
        Command(tuple(found)) for words in _simple(text, offset) if (found := words[_prefix_length(words) :])
    ]


def words(text: str, offset: int) -> list[Word]:
    """The words of an instruction that is no command, such as ENV."""
    return [_word(match, offset) for match in _WORD.finditer(text)]


def listed(text: str, offset: int) -> list[Command]:
    """The command in a JSON list; for ``["sh", "-c", "…"]`` those of its script."""
    found = [
        Word(_ESCAPED.sub(r"\1", match[1]), match.start() + offset, match.end() + offset)
        for match in _JSON.finditer(text)
    ]
    if len(found) == 3 and found[0].text.endswith("sh") and found[1].text.startswith("-"):
        script = found[2]
        inside = text[script.start - offset + 1 : script.end - offset - 1]
        return commands(inside, script.start + 1) if "\\" not in inside else []
    return [Command(tuple(found), json=True)] if found else []


def _simple(text: str, offset: int) -> Iterator[list[Word]]:
    current: list[Word] = []
    target = comment = False  # the next word belongs to a redirection; this line is a comment
    for match in _TOKEN.finditer(text):
        if match["end"]:
            comment = comment and match["end"] != "\n"
            target = False
            if not comment:
                yield current
                current = []
        elif comment:
            continue
        elif match["redirect"]:
            target = not match["redirect"][-1].isdigit()
        elif target:
            target = False
        elif match["word"].startswith("#"):
            comment = True
        else:
            current.append(_word(match, offset))
    yield current


def _word(match: re.Match[str], offset: int) -> Word:
    text = match.group()
    plain = _PIECE.sub(_unquoted, text) if "\\" in text or '"' in text or "'" in text else text
    return Word(plain, match.start() + offset, match.end() + offset)


def _unquoted(piece: re.Match[str]) -> str:
    single, double, escaped = piece.groups()
    return single if single is not None else escaped or _ESCAPED.sub(r"\1", double)


def _prefix_length(words: Sequence[Word]) -> int:
    for index, word in enumerate(words):
        option = index > 0 and word.text.startswith("-")  # of sudo, env or time
        if not option and not _PREFIX.fullmatch(word.text) and not _ASSIGNMENT.match(word.text):
            return index
    return len(words)


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())
