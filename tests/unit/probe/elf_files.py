"""Shared objects made by hand: what the loader reads of them, and nothing else."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

PT_LOAD, PT_DYNAMIC, PT_TLS = 1, 2, 7
NEEDED, STRTAB, SONAME, RPATH, RUNPATH, FLAGS = 1, 5, 14, 15, 29, 30
VERDEF, VERNEED = 0x6FFFFFFC, 0x6FFFFFFE
STATIC_TLS = 0x10
BASE = 0x1000
HEADERS = 64 + 3 * 56


def shared_object(
    *,
    needed: Sequence[str] = (),
    soname: str = "",
    folders: str = "",
    tag: int = RUNPATH,
    wants: Mapping[str, Sequence[str]] | None = None,
    offers: Sequence[str] = (),
    tls: int = 0,
) -> bytes:
    """A 64-bit little-endian library of dynamic section, strings and version tables."""
    strings = bytearray(b"\0")

    def name(text: str) -> int:
        strings.extend(text.encode() + b"\0")
        return len(strings) - len(text) - 1

    entries = [(NEEDED, name(one)) for one in needed]
    entries += [(SONAME, name(soname))] if soname else []
    entries += [(tag, name(folders))] if folders else []
    entries += [(FLAGS, STATIC_TLS)] if tls else []
    defined = b"".join(_verdef(name(one), last=one == offers[-1]) for one in offers)
    asked = list((wants or {}).items())
    needs = b"".join(
        _verneed(name(library), [name(one) for one in versions], last=(library, versions) == asked[-1])
        for library, versions in asked
    )
    at = HEADERS + len(strings)
    entries += [(VERDEF, BASE + at)] if defined else []
    entries += [(VERNEED, BASE + at + len(defined))] if needs else []
    entries += [(STRTAB, BASE + HEADERS), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    start = at + len(defined) + len(needs)
    size = start + len(dynamic)
    header = b"\x7fELF\x02\x01" + b"\0" * 26 + struct.pack("<Q", 64) + b"\0" * 14 + struct.pack("<HH", 56, 3)
    segments = [(PT_LOAD, 0, BASE, size, size), (PT_DYNAMIC, start, BASE + start, len(dynamic), len(dynamic))]
    segments += [(PT_TLS, 0, BASE, 0, tls)]
    table = b"".join(
        struct.pack("<IIQQQQQQ", kind, 4, offset, address, 0, length, memory, 0)
        for kind, offset, address, length, memory in segments
    )
    return header.ljust(64, b"\0") + table + bytes(strings) + defined + needs + dynamic


def _verdef(name: int, *, last: bool) -> bytes:
    return struct.pack("<HHHHIII", 1, 0, 1, 1, 0, 20, 0 if last else 28) + struct.pack("<II", name, 0)


def _verneed(library: int, versions: Sequence[int], *, last: bool) -> bytes:
    rows = b"".join(
        struct.pack("<IHHII", 0, 0, 2, name, 16 if place + 1 < len(versions) else 0)
        for place, name in enumerate(versions)
    )
    return struct.pack("<HHIII", 1, len(versions), library, 16, 0 if last else 16 + len(rows)) + rows
