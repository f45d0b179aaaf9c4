"""Read any log as blocks of whole lines: huge, coloured, escaped, UTF-16, or one endless line."""

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
_ENTITY = re.compile(rb"&(?:(lt|gt|quot|apos|nbsp|amp)|#(3[49]|6[02]|x2[27]|x3[cCeE]));")
_ESCAPED = re.compile(rb"\\u(201[89cdCD]|00(?:2[267]|3[cCeE]|1[bB])(?:\[[0-9;]*m)?)")
_CHARACTERS = {
    b"<": (b"lt", b"60", b"x3c", b"003c"),
    b">": (b"gt", b"62", b"x3e", b"003e"),
    b"'": (b"apos", b"39", b"x27", b"0027", b"2018", b"2019"),
    b'"': (b"quot", b"34", b"x22", b"0022", b"201c", b"201d"),
    b"&": (b"amp", b"0026"),
    b" ": (b"nbsp",),
}
_CHARACTER_OF = {name: character for character, names in _CHARACTERS.items() for name in names}
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PACKED = {
    b"\x1f\x8b": "a gzip file: unpack it (`gunzip`)",
    b"PK\x03\x04": "a zip file: unpack it (`unzip`)",
    b"PK\x05\x06": "an empty zip file",
    b"BZh": "a bzip2 file: unpack it (`bunzip2`)",
    b"\xfd7zXZ\x00": "an xz file: unpack it (`unxz`)",
    b"\x28\xb5\x2f\xfd": "a zstd file: unpack it (`unzstd`)",
    b"7z\xbc\xaf": "a 7z file: unpack it (`7z x`)",
    b"Rar!": "a rar file: unpack it",
    b"%PDF-": "a PDF: copy the text out of it",
    b"\x89PNG": "a picture: explain reads text",
    b"\xff\xd8\xff": "a picture: explain reads text",
    b"GIF8": "a picture: explain reads text",
    b"\x7fELF": "a program: explain reads text",
    b"SQLite format 3\x00": "a database: explain reads text",
}
_TAR = slice(257, 262)


class NotText(OSError):
    """The log is packed or no text; the message says what it is and what to do."""


def blocks(log: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the text of *log* without colours, escapes and curly quotes, each block with its first line's number.

    Raises NotText.
    """
    number, rest = 1, b""
    for piece, is_last in _with_end(_pieces(log)):
        text = rest + piece
        cut = len(text) if is_last else text.rfind(b"\n") + 1
        if not cut:
            cut = len(text) if len(text) >= BLOCK else 0
        if cut:
            yield _plain(text[:cut]), number
        number += text.count(b"\n", 0, cut)
        ended = text[:cut].endswith(b"\n") or not cut
        rest = text[cut:] if ended else text[max(0, cut - OVERLAP) :]


def _with_end(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each piece, and whether it is the last."""
    piece = next(pieces, None)
    while piece is not None:
        following = next(pieces, None)
        yield piece, following is None
        piece = following


def shown(line: bytes) -> str:
    """Return *line* as evidence: decoded, without control characters, shortened."""
    return one_line(line.decode("utf-8", "replace"), 400)


def _pieces(log: BinaryIO) -> Iterator[bytes]:
    first = log.read(BLOCK)
    _refuse_packed(first)
    encoding = _WIDE.get(first[:2])
    piece = first[2:] if encoding else first
    encoding = encoding or _wide_without_mark(first[:4096])
    decode = codecs.getincrementaldecoder(encoding)("replace").decode if encoding else None
    while piece:
        yield decode(piece).encode() if decode else piece
        piece = log.read(BLOCK)


def _refuse_packed(first: bytes) -> None:
    kind = next((words for start, words in _PACKED.items() if first.startswith(start)), "")
    if first[_TAR] == b"ustar":
        kind = "a tar file: unpack it (`tar xf`)"
    if kind:
        raise NotText(f"it is {kind}")


def _wide_without_mark(sample: bytes) -> str:
    """Return the UTF-16 that *sample* is in by where its zero bytes are, empty for none."""
    even, odd = sample[::2], sample[1::2]
    if not odd:
        return ""
    zeros = even.count(0) / len(even), odd.count(0) / len(odd)
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get((zeros[0] > 0.5, zeros[1] > 0.5), "")


def _plain(text: bytes) -> bytes:
    if b"\\u" in text:
        text = _ESCAPED.sub(_character, text)
    if b"\x1b" in text:
        text = _ANSI.sub(b"", text)
    if b"\xe2\x80" in text:
        for quote, plain in _QUOTES.items():
            text = text.replace(quote.encode(), plain)
    if b"&" in text:
        text = _ENTITY.sub(_character, text)
    return text


def _character(escape: re.Match[bytes]) -> bytes:
    """Return the character that an entity or escape stands for; a colour's stands for none."""
    name = next(filter(None, escape.groups())).lower()
    return _CHARACTER_OF.get(name, b"")
