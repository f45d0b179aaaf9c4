"""Decompress layers: gzip, zstd or plain, recognized by their first bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from tf_docker_check.errors import CannotJudge

PIECE = 512 * 1024  # no unpacked piece is larger, whatever the packed bytes claim
_PORTION = 64 * 1024  # packed bytes given to the decompressor at a time
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = tuple(bytes((0x50 + n, 0x2A, 0x4D, 0x18)) for n in range(16))


class Damaged(CannotJudge):
    """An archive or layer is not what it should be."""


def unpack(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the tar inside *chunks* in bounded pieces. Raises Damaged."""
    first, rest = _head(chunks)
    packed = chain((first,), rest)
    if first.startswith(_GZIP):
        return _gunzip(packed)
    if first.startswith((_ZSTD, *_ZSTD_SKIPPABLE)):
        return _unzstd(packed)
    return packed


def _head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return at least four bytes, if there are as many, and the rest."""
    head = b""
    while len(head) < 4 and (chunk := next(chunks, None)) is not None:
        head += chunk
    return head, chunks


def _portions(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), _PORTION):
            yield chunk[at : at + _PORTION]


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress all members; trailing garbage is ignored, as gzip does."""
    member, finished = zlib.decompressobj(wbits=31), False
    for portion in _portions(chunks):
        data = portion
        while data:
            if finished:
                if not data.startswith(_GZIP[: len(data)]):
                    return _drain(chunks)
                member, finished = zlib.decompressobj(wbits=31), False
            try:
                piece = member.decompress(data, PIECE)
            except zlib.error as error:
                raise Damaged("a layer's gzip data is damaged", why=str(error)) from None
            finished = member.eof
            data = member.unused_data if finished else member.unconsumed_tail
            if piece:
                yield piece
    if not finished:
        raise Damaged("a layer's gzip data ends in the middle")
    return None


def _drain(chunks: Iterator[bytes]) -> None:
    """Read on, so that whoever verifies the digest sees the end."""
    for _ in chunks:
        pass


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    zstd = _zstd()
    frame: Any = zstd.ZstdDecompressor()
    for portion in _portions(chunks):
        data = portion
        while data or not (frame.needs_input or frame.eof):
            if frame.eof:
                frame = zstd.ZstdDecompressor()
            try:
                piece = frame.decompress(data, PIECE)
            except zstd.ZstdError as error:
                raise Damaged("a layer's zstd data is damaged", why=str(error)) from None
            data = frame.unused_data if frame.eof else b""
            if piece:
                yield piece
    if not frame.eof:
        raise Damaged("a layer's zstd data ends in the middle")


def _zstd() -> Any:  # noqa: ANN401 - one of two modules of one shape, and none may be there
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise CannotJudge(
                "this image's layers are compressed with zstd",
                why="Python reads zstd by itself only from 3.14 on",
                remedy="install tf-docker-check[zstd]",
            ) from None
    return zstd
