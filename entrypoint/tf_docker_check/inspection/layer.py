"""One pass over one layer: every name and size, and of few files what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tf_docker_check.inspection import elf
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.filesystem import File, Layer, normalize
from tf_docker_check.inspection.interest import MAX_SCANNED, MAX_TEXT, How, how_to_read
from tf_docker_check.inspection.tar import Body, Entry, Forward, entries
from tf_docker_check.inspection.unpack import unpack

# The C library's banner, musl's version, and the version text that every Python program holds.
_VERSION_TEXTS = re.compile(
    rb"GNU C Library [^\n\0]{1,100}? version (?P<glibc>\d+\.\d+)"
    rb"|(?<=\0)(?P<plain>[23]\.\d{1,2}\.\d{1,3}(?:(?:a|b|rc)\d{1,2})?\+?|1\.[12]\.\d{1,2})(?=\0)"
)


def read(stored: Iterable[bytes], budget: Budget) -> Layer:
    """Read a layer from its *stored* (possibly compressed) bytes, completely.

    Raises Damaged, TooMuch, and whatever *stored* raises.
    """
    packed = 0

    def counted() -> Iterator[bytes]:
        nonlocal packed
        for chunk in stored:
            packed += len(chunk)
            yield chunk

    stream = Forward(budget.meter(unpack(counted()), lambda: packed))
    layer = Layer()
    for entry, body in entries(stream):
        budget.count_file()
        path = normalize(entry.name)
        if path is not None:
            layer.add(path, _file(path, entry, body, budget))
            layer.unpacked += entry.size
    stream.drain()
    return layer


def _file(path: str, entry: Entry, body: Body, budget: Budget) -> File:
    how = how_to_read(path) if entry.kind == "file" else None
    if how is How.TEXT and entry.size <= MAX_TEXT:
        budget.keep(entry.size)
        return File(entry.kind, entry.size, content=body.take(entry.size))
    if how is How.ELF:
        return File(entry.kind, entry.size, elf=elf.read(body, budget))
    if how is How.SCANNED and entry.size <= MAX_SCANNED:
        data = body.take(entry.size)
        parsed = elf.parse(data) if data.startswith(elf.MAGIC) else None
        return File(entry.kind, entry.size, content=find_versions(data), elf=parsed)
    return File(entry.kind, entry.size, entry.target)


def find_versions(data: bytes) -> bytes:
    """Return the versions that a C library or a Python contains, one per line."""
    versions = dict.fromkeys(match["glibc"] or match["plain"] for match in _VERSION_TEXTS.finditer(data))
    return b"\n".join(list(versions)[:64])
