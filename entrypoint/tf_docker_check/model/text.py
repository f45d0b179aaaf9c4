"""Text of strangers, made plain before anybody prints, stores or renders it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ESCAPES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    # OSC and other strings; one that is not finished takes its own line with it, not the next
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\\\|\x9c)?"
    "|\x1b[ -/]*[0-~]?"  # the rest
)
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls but tab and line feed; soft hyphen, zero-width, bidi and other invisible format
# characters; surrogates and non-characters, which UTF-8 or XML refuse.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f\ud800-\udfff]"
)
_ASCII_CONTROLS = bytes({*range(32), 127} - set(b"\t\n"))


def plain(text: str) -> str:
    """*text* without terminal escapes, control, bidi and invisible characters; lines end in LF."""
    if text.isascii() and len(text.encode().translate(None, _ASCII_CONTROLS)) == len(text):
        return text  # as most is, at a fiftieth of the price
    return _UNSEEN.sub("", _BREAKS.sub("\n", _ESCAPES.sub("", text)))


def one_line(text: str, limit: int = 300) -> str:
    """*text* made plain, on one line, of at most *limit* characters."""
    line = " ".join(plain(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """*rows* of cells that are one line each, as lines in which they stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def tail(text: str, lines: int, width: int = 500) -> str:
    """The last *lines* lines of *text*, made plain, each of at most *width* characters."""
    if lines <= 0:
        return ""
    kept = plain(text).strip("\n").split("\n")[-lines:]
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in kept)


def any_of(names: Sequence[str]) -> str:
    """*names* as alternatives, in words: ``3.10, 3.11 or 3.12``."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
