"""Read any log as blocks of whole lines: huge, coloured, UTF-16, or one endless line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from tf_docker_check.model.text import one_line

BLOCK = 4 * 1024 * 1024
OVERLAP = 4096  # of a line that is longer than a block, so that no message is cut in two

_ANSI = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_QUOTES = {"‘": b"'", "’": b"'", "“": b'"', "”": b'"'}  # a UTF-8 locale's, or an editor's
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def blocks(log: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the text of *log* without colours and curly quotes, each block with its first line's number."""
    number, rest = 1, b""
    for piece in _pieces(log):
        text = rest + piece
        cut = text.rfind(b"\n") + 1
        if not cut:
            cut = len(text) if len(text) >= BLOCK else 0
        if cut:
            yield _plain(text[:cut]), number
        number += text.count(b"\n", 0, cut)
        ended = text[:cut].endswith(b"\n") or not cut
        rest = text[cut:] if ended else text[max(0, cut - OVERLAP) :]
    if rest:
        yield _plain(rest), number


def shown(line: bytes) -> str:
    """Return *line* as evidence: decoded, without control characters, shortened."""
    return one_line(line.decode("utf-8", "replace"), 400)


def _pieces(log: BinaryIO) -> Iterator[bytes]:
    first = log.read(BLOCK)
    encoding = _WIDE.get(first[:2])
    decode = codecs.getincrementaldecoder(encoding)("replace").decode if encoding else None
    piece = first[2:] if encoding else first
    while piece:
        yield decode(piece).encode() if decode else piece
        piece = log.read(BLOCK)


def _plain(text: bytes) -> bytes:
    if b"\x1b" in text:
        text = _ANSI.sub(b"", text)
    if b"\xe2\x80" in text:
        for quote, plain in _QUOTES.items():
            text = text.replace(quote.encode(), plain)
    return text
