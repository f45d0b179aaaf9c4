"""Read the dynamic section of shared objects. The only module that imports pyelftools."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection

from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.tar import Body

MAGIC = b"\x7fELF"
# The names a library needs stand at the end of its symbol names, which are 82 MB in TensorFlow 2.21's
# libtensorflow_cc.so.2. More than this of the beginning is not kept.
MAX_HEAD = 160 * 1024**2
WHOLE = 1024**2  # smaller files are kept entirely
MAX_DYNAMIC = 256 * 1024
MAX_READS = 20_000  # by pyelftools, per file: a hostile header can make it loop, but not without reading
MAX_READ = 1024**2  # at once
MAX_NAMES = 4096
MAX_NAME = 256 * 1024  # the RUNPATH of TensorFlow 2.21's GPU build has 20 KiB
_one_large_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Elf:
    """The dynamic section of a shared object or program, as far as it matters for loading.

    `readable` is False for an ELF file that is damaged or not read far enough; then all else is empty.
    """

    readable: bool = False
    machine: str = ""
    soname: str = ""
    needed: tuple[str, ...] = ()
    rpath: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()  # (library, symbol version) it needs
    defines: tuple[str, ...] = ()  # symbol versions it provides


def read(body: Body, budget: Budget) -> Elf | None:
    """Read the ELF file in *body*; return None if it is not one."""
    first = body.take(4)
    if first != MAGIC:
        return None
    if body.size <= WHOLE:
        return parse(first + body.take(body.left))
    with _one_large_at_a_time:
        kept = min(body.size, MAX_HEAD)
        budget.keep(kept)
        try:
            return parse(_head(first, body, kept), body)
        finally:
            budget.release(kept)


def _head(first: bytes, body: Body, size: int) -> bytearray:
    """Read the first *size* bytes without a second copy of them."""
    head = bytearray(first)
    while len(head) < size:
        head += body.take(min(size - len(head), WHOLE))
    return head


def parse(head: bytes | bytearray, rest: Body | None = None) -> Elf:
    """Parse the ELF file that begins with *head*; its dynamic section may be in *rest*."""
    try:
        return _parse(head, rest)
    except MemoryError:
        raise
    except Exception:  # a hostile file makes the parser raise nearly anything; none of it is ours
        return Elf()


class _Windows(io.RawIOBase):
    """A file of which only some ranges are available."""

    def __init__(self, head: bytes | bytearray) -> None:
        self._ranges = [(0, memoryview(_without_sections(bytes(head[:64])))), (64, memoryview(head)[64:])]
        self._at, self._reads = 0, 0

    def add(self, start: int, data: bytes) -> None:
        self._ranges.append((start, memoryview(data)))

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            offset += max(start + len(data) for start, data in self._ranges)
        if offset < 0:
            raise ValueError("before the beginning")
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        self._reads += 1
        if self._reads > MAX_READS:
            raise ValueError("it makes the parser loop")
        pieces = b""
        while len(pieces) < min(size, MAX_READ):
            piece = self._piece(min(size, MAX_READ) - len(pieces))
            if not piece:
                break
            pieces += piece
        return pieces

    def _piece(self, size: int) -> bytes:
        for start, data in self._ranges:
            if start <= self._at < start + len(data):
                piece = bytes(data[self._at - start : self._at - start + size])
                self._at += len(piece)
                return piece
        return b""


def _parse(head: bytes | bytearray, rest: Body | None) -> Elf:
    file = _Windows(head)
    elf = ELFFile(cast(Any, file))
    dynamic = next((segment for segment in elf.iter_segments() if segment["p_type"] == "PT_DYNAMIC"), None)
    if dynamic is None:
        return Elf(readable=True, machine=str(elf["e_machine"]))
    offset, size = dynamic["p_offset"], min(dynamic["p_filesz"], MAX_DYNAMIC)
    if rest is not None and offset + size > len(head):
        start = max(offset, len(head))
        rest.skip(start - len(head))
        file.add(start, rest.take(offset + size - start))
    return _read_dynamic(elf, file, dynamic)


def _without_sections(header: bytes) -> bytes:
    """Return the header without its section table, which is at the end of the file and not needed to load it."""
    wide = header[4:5] == b"\x02"
    table, counts = (slice(40, 48), slice(58, 64)) if wide else (slice(32, 36), slice(46, 52))
    changed = bytearray(header)
    changed[table], changed[counts] = bytes(table.stop - table.start), bytes(6)
    return bytes(changed[: len(header)])


def _read_dynamic(elf: Any, file: _Windows, dynamic: Any) -> Elf:  # noqa: ANN401 - pyelftools has no types
    tags: dict[str, list[int]] = {}
    for tag in _limit(dynamic.iter_tags()):
        tags.setdefault(str(tag.entry.d_tag), []).append(tag.entry.d_val)
    strings = _offset(elf, tags, "DT_STRTAB")

    def text(at: int) -> str:
        file.seek(strings + at)
        data = bytearray()
        while b"\0" not in data:
            piece = file.read(512)
            if not piece or len(data) > MAX_NAME:
                raise ValueError("a name without end, or not read")
            data += piece
        return bytes(data).split(b"\0", 1)[0].decode("utf-8", "surrogateescape")

    def texts(tag: str) -> tuple[str, ...]:
        return tuple(text(value) for value in tags.get(tag, ()))

    def folders(tag: str) -> tuple[str, ...]:
        return tuple(part for value in texts(tag) for part in value.split(":") if part)

    return Elf(
        readable=True,
        machine=str(elf["e_machine"]),
        soname=next(iter(texts("DT_SONAME")), ""),
        needed=texts("DT_NEEDED"),
        rpath=folders("DT_RPATH"),
        runpath=folders("DT_RUNPATH"),
        versions=tuple(_versions_needed(elf, tags, text)),
        defines=tuple(_versions_defined(elf, tags, text)),
    )


def _limit(items: Iterator[Any]) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number >= MAX_NAMES:
            raise ValueError("too many entries")
        yield item


def _offset(elf: Any, tags: dict[str, list[int]], tag: str) -> int:  # noqa: ANN401
    """Return the file offset of the address under *tag*."""
    offset = next(elf.address_offsets(tags[tag][0]), None)
    if offset is None:
        raise ValueError(f"{tag} points nowhere")
    return int(offset)


def _versions_needed(elf: Any, tags: dict[str, list[int]], text: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if "DT_VERNEED" in tags:
        header = _header(elf, tags, "DT_VERNEED")
        strings: Any = SimpleNamespace(get_string=text)
        section = GNUVerNeedSection(header, ".gnu.version_r", elf, strings)
        for library, versions in section.iter_versions():
            for version in _limit(versions):
                yield str(library.name), version.name


def _versions_defined(elf: Any, tags: dict[str, list[int]], text: Any) -> Iterator[str]:  # noqa: ANN401
    if "DT_VERDEF" in tags:
        header = _header(elf, tags, "DT_VERDEF")
        strings: Any = SimpleNamespace(get_string=text)
        section = GNUVerDefSection(header, ".gnu.version_d", elf, strings)
        for _, names in section.iter_versions():
            yield next(_limit(names)).name


def _header(elf: Any, tags: dict[str, list[int]], tag: str) -> Any:  # noqa: ANN401
    """Build the section header of a version section from the dynamic tags."""
    count = min(tags.get(f"{tag}NUM", [0])[0], MAX_NAMES)
    return {"sh_offset": _offset(elf, tags, tag), "sh_info": count, "sh_flags": 0, "sh_size": 0,
            "sh_addralign": 1}  # fmt: skip
