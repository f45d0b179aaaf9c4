"""Read tar archives forward only and in bounded memory.

The standard library's tarfile reads extension headers of any announced size into memory and recurses over
chains of them; images are untrusted, so this reader limits both. It reads what image builders write: ustar,
GNU long names and base-256 sizes, pax paths and sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tf_docker_check.inspection.unpack import Damaged

BLOCK = 512
MAX_EXTENSION = 1024 * 1024  # of one long name or pax header
MAX_CHAIN = 16  # extension headers before one file
_ZEROS = bytes(BLOCK)


class Entry(NamedTuple):
    """A file as the archive names it. `kind`: file, hard, symlink, dir or other. `size` in bytes."""

    name: str
    kind: str
    size: int
    target: str


class Forward:
    """Bytes of an iterator, read forward only."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._chunk, self._at = chunks, b"", 0

    def read(self, limit: int) -> bytes:
        """Read at most *limit* bytes; empty at the end."""
        while self._at >= len(self._chunk):
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._chunk, self._at = chunk, 0
        piece = self._chunk[self._at : self._at + limit]
        self._at += len(piece)
        return piece

    def exactly(self, size: int) -> bytes:
        """Read *size* bytes. Raises Damaged if the archive ends before."""
        piece = self.read(size) if size else b""
        if len(piece) == size:
            return piece
        pieces, got = [piece], len(piece)
        while got < size and piece:
            piece = self.read(size - got)
            pieces.append(piece)
            got += len(piece)
        if got < size:
            raise _ends()
        return b"".join(pieces)

    def skip(self, size: int) -> None:
        """Skip *size* bytes. Raises Damaged if the archive ends before."""
        while size > 0:
            piece = min(size, len(self._chunk) - self._at)
            self._at += piece
            size -= piece
            if size and not piece:
                self._chunk, self._at = next(self._chunks, b""), 0
                if not self._chunk:
                    raise _ends()

    def drain(self) -> None:
        """Read to the end, so that whoever verifies a digest sees it."""
        for _ in self._chunks:
            pass


class Body:
    """The content of the current file; what is not read is skipped."""

    def __init__(self, stream: Forward, size: int) -> None:
        self._stream, self.size, self.left = stream, size, size

    def take(self, size: int) -> bytes:
        """Read the next *size* bytes, or what is left."""
        size = min(size, self.left)
        self.left -= size
        return self._stream.exactly(size)

    def skip(self, size: int) -> None:
        """Skip *size* bytes. Raises Damaged if the archive ends before."""
        size = min(size, self.left)
        self.left -= size
        self._stream.skip(size)

    def chunks(self) -> Iterator[bytes]:
        """Yield the rest in pieces."""
        while self.left:
            piece = self._stream.read(self.left)
            if not piece:
                raise _ends()
            self.left -= len(piece)
            yield piece


def entries(stream: Forward) -> Iterator[tuple[Entry, Body]]:
    """Yield every file of the archive; its body can be read until the next one is requested. Raises Damaged."""
    extension: dict[str, str] = {}
    chain = 0
    while True:
        block = stream.read(BLOCK)
        if not block:
            raise _ends()
        block += stream.exactly(BLOCK - len(block))
        if block == _ZEROS:
            return
        _verify(block)
        flag, size = block[156:157], _number(block[124:136])
        if flag in b"xLKg":
            chain += 1
            if size > MAX_EXTENSION or chain > MAX_CHAIN:
                raise Damaged("a layer's tar is damaged", why="an extension header without reasonable end")
            data = stream.exactly(size)
            stream.skip(-size % BLOCK)
            extension |= _extension(flag, data)
            continue
        entry = _entry(block, flag, size, extension)
        body = Body(stream, entry.size)
        yield entry, body
        stream.skip(body.left + -entry.size % BLOCK)
        extension, chain = {}, 0


def _ends() -> Damaged:
    return Damaged("a layer's tar ends in the middle")


def _verify(block: bytes) -> None:
    """Check the header's sum, in which its own field counts as blanks."""
    expected = sum(block) - sum(block[148:156]) + 256
    if _number(block[148:156]) != expected:
        raise Damaged("a layer's tar is damaged", why="a header's checksum is wrong")


def _number(field: bytes) -> int:
    """Parse octal text, or base-256 if the first bit is set."""
    if field[0] & 0x80:
        value = int.from_bytes(field[1:], "big")
        if field[0] != 0x80 or value >= 1 << 62:
            raise Damaged("a layer's tar is damaged", why="a size is out of range")
        return value
    text = field.split(b"\0", 1)[0].strip()
    try:
        return int(text, 8) if text and text.isdigit() else _nothing(text)
    except ValueError:
        raise Damaged("a layer's tar is damaged", why="a number is invalid") from None


def _nothing(text: bytes) -> int:
    if text:
        raise ValueError
    return 0


def _extension(flag: bytes, data: bytes) -> dict[str, str]:
    if flag == b"L":
        return {"path": _text(data)}
    if flag == b"K":
        return {"linkpath": _text(data)}
    return _pax(data) if flag == b"x" else {}


def _pax(data: bytes) -> dict[str, str]:
    """Return the records that are used, each ``LENGTH KEY=VALUE`` and a line feed."""
    records, at = {}, 0
    while at < len(data) and data[at : at + 1] != b"\0":
        length, blank, _ = data[at : at + 20].partition(b" ")
        if not blank or not length.isdigit() or not len(length) + 1 < int(length) <= len(data) - at:
            raise Damaged("a layer's tar is damaged", why="a pax header is malformed")
        key, _, value = data[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        if key in {b"path", b"linkpath", b"size", b"GNU.sparse.name"}:
            records[key.decode()] = _text(value)
        at += int(length)
    return records


_KINDS = {b"0": "file", b"\0": "file", b"7": "file", b"1": "hard", b"2": "symlink", b"5": "dir"}


def _entry(block: bytes, flag: bytes, size: int, extension: dict[str, str]) -> Entry:
    name, prefix = _text(block[:100]), _text(block[345:500]) if block[257:262] == b"ustar" else ""
    if block[257:265] == b"ustar  \0":  # GNU's old format has other fields there
        prefix = ""
    name = (
        extension.get("GNU.sparse.name") or extension.get("path") or (f"{prefix}/{name}" if prefix else name)
    )
    kind = _KINDS.get(flag, "other")
    if kind == "file" and name.endswith("/"):
        kind = "dir"  # as tar wrote them before ustar
    size_text = extension.get("size", "")
    if size_text:
        if not (size_text.isascii() and size_text.isdecimal() and len(size_text) < 19):
            raise Damaged("a layer's tar is damaged", why="a pax size is invalid")
        size = int(size_text)
    if kind in {"hard", "symlink", "dir"}:
        size = 0
    return Entry(name, kind, size, extension.get("linkpath") or _text(block[157:257]))


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
