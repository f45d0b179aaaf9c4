"""Shell text as commands and words that know where they stand.

Enough of a shell to tell what is installed; it never runs or expands anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tf_docker_check.dockerfile.instructions import Word

_QUOTED = r"""\\.|"(?:[^"\\]|\\.)*"|'[^']*'"""
_TOKEN = re.compile(
    r"(?P<end>&&|\|\|?|;+|&(?!>)|\n|[()])"
    r"|(?P<redirect>&?[0-9]*[<>]+(?:&[0-9-])?)"
    rf"|(?P<word>(?:{_QUOTED}|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|[^\s;&|()<>])+)",
    re.DOTALL,
)
_PIECE = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
_CONTINUED = re.compile(r"\\[ \t\r]*\n")
# What may stand before a command without being it.
_PREFIX = re.compile(r"time|sudo|exec|eval|command|env|nice")
_PREFIX_OPTIONS = {  # of them, those with a value
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-U", "--user", "--group"}),
    "env": frozenset({"-u", "-C", "--unset", "--chdir"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "time": frozenset({"-o", "-f"}),
}
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
"""How a word that sets a variable begins."""


class Condition(NamedTuple):
    """Something that must hold for a command to run: that `test` succeeds, or fails; None: nobody knows."""

    test: Command | None
    succeeds: bool = True


@dataclass(frozen=True)
class Command:
    """A simple command.

    `json`: it was written as a JSON list; `assignments`: the ``NAME=value`` before it. `when`: the conditions
    that it runs under. `redirects`: such as ``>``, each with its file. `split`: what is written as one word, such
    as ``numpy<2``, of which the shell takes a part for a redirection. `piped`: it reads what the command before it
    writes.
    """

    words: tuple[Word, ...]
    json: bool = False
    assignments: tuple[Word, ...] = ()
    when: tuple[Condition, ...] = ()
    redirects: tuple[tuple[str, Word], ...] = ()
    split: tuple[Word, ...] = ()
    piped: bool = False

    @property
    def name(self) -> str:
        """The program, without its folder; empty where there are nothing but assignments."""
        return self.words[0].text.rpartition("/")[2] if self.words else ""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)


def blanked(script: str) -> str:
    """*script* with comment lines and continuation marks turned to blanks; every offset stays true."""
    script = _COMMENT.sub(_blanks, script)
    return _CONTINUED.sub(_blanks, script).replace("\r", " ")


class Simple(NamedTuple):
    """Words and redirections between two operators, `before` and `after`."""

    words: list[Word]
    redirects: list[tuple[str, Word]]
    split: list[Word]
    before: str
    after: str


def simple_commands(text: str, offset: int) -> Iterator[Simple]:
    """What stands between the operators of shell *text*, of which the first character is at *offset*."""
    words: list[Word] = []
    redirects: list[tuple[str, Word]] = []
    split: list[Word] = []
    begin = end = -1  # of what has no blank in it
    before, operator, comment = "", "", False  # `operator`: of a redirection, whose file comes next
    for match in _TOKEN.finditer(text):
        begin, end = begin if match.start() == end else match.start(), match.end()
        if match["end"]:
            comment = comment and match["end"] != "\n"
            operator = ""
            if not comment:
                yield Simple(words, redirects, split, before, match["end"])
                words, redirects, split, before = [], [], [], match["end"]
        elif comment:
            continue
        elif match["redirect"]:
            operator = "" if match["redirect"][-1].isdigit() else match["redirect"]
        elif operator:
            redirects.append((operator, _word(match, offset)))
            operator = ""
            if begin < match.start():
                split = [word for word in split if word.start != begin + offset]
                split.append(Word(text[begin:end], begin + offset, end + offset))
        elif match["word"].startswith("#"):
            comment = True
        else:
            words.append(_word(match, offset))
    yield Simple(words, redirects, split, before, "")


def _word(match: re.Match[str], offset: int) -> Word:
    text = match.group()
    plain = _PIECE.sub(_unquoted, text) if "\\" in text or '"' in text or "'" in text else text
    return Word(plain, match.start() + offset, match.end() + offset)


def _unquoted(piece: re.Match[str]) -> str:
    single, double, escaped = piece.groups()
    return single if single is not None else escaped or _ESCAPED.sub(r"\1", double)


def prefix_length(words: Sequence[Word]) -> int:
    """How many *words* stand before a command without being it, such as ``sudo`` and ``NAME=value``."""
    index, prefix = 0, ""
    while index < len(words):
        text = words[index].text
        if _PREFIX.fullmatch(text):
            prefix = text
        elif prefix and text.startswith("-"):
            index += text in _PREFIX_OPTIONS.get(prefix, ())
        elif not ASSIGNMENT.match(text):
            break
        index += 1
    return min(index, len(words))


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())
