"""Join the lines that a terminal or a mail program has broken at a fixed width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

SAMPLE = 64 * 1024
"""Bytes of a block by which its width is judged."""

_NARROWEST, _WIDEST = 50, 250
_GAP = re.compile(rb"(?<=\S) {30,}(?=\S)")  # the rest of a terminal's row, in the middle of a word
_NEARLY = 0.7  # of the width: a line that a break between words may have ended


def unwrap(text: bytes) -> Iterator[bytes]:
    """Yield *text* with its broken lines joined, once for each way in which they look broken.

    A joined line is followed by as many empty ones as it took, so that line numbers stay.
    """
    if _GAP.search(text, 0, SAMPLE):
        yield _GAP.sub(b"", text)
    width = max(map(_width, text[:SAMPLE].split(b"\n")))
    if not _NARROWEST <= width <= _WIDEST:
        return
    lines = [line.rstrip(b"\r") for line in text.split(b"\n")]
    for gaps in (dict(_hard_breaks(lines, width)), dict(_breaks_between_words(lines, width))):
        if gaps:
            yield _join(lines, gaps)


def _hard_breaks(lines: Sequence[bytes], width: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that were cut at exactly *width*, or one before where a space was dropped, with the gap."""
    for place, line in enumerate(lines[:-1]):
        if width - _width(line) in (0, 1):
            yield place, b" " * (width - _width(line))


def _breaks_between_words(lines: Sequence[bytes], width: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines whose next line's first word had no room left in *width*, with the gap."""
    for place, (line, following) in enumerate(pairwise(lines)):
        length, word = _width(line), following.split(b" ", 1)[0]
        if length >= width * _NEARLY and word and length + 1 + _width(word) > width:
            yield place, b"" if line.endswith(b" ") else b" "


def _join(lines: Sequence[bytes], gaps: Mapping[int, bytes]) -> bytes:
    """Return *lines* as text, each of *gaps* instead of the line feed after the line of that index."""
    joined: list[bytes] = []
    taken = 0
    for place, line in enumerate(lines):
        if place - 1 in gaps:
            joined[-1] += gaps[place - 1] + line
            taken += 1
        else:
            joined += [b""] * taken
            joined.append(line)
            taken = 0
    return b"\n".join([*joined, *[b""] * taken])


def _width(line: bytes) -> int:
    line = line.rstrip(b"\r")
    return len(line) if line.isascii() else len(line.decode("utf-8", "replace"))
