"""Files as a zip, and a zip of strangers as files. All in memory: nothing is unpacked on disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from tf_docker_check.errors import CannotJudge
from tf_docker_check.model.text import one_line

MAX_BYTES = 500 * 1024 * 1024  # of all files we put into one zip
MAX_ENTRIES = 5_000
MAX_FILE = 32 * 1024 * 1024  # unpacked
MAX_TOTAL = 96 * 1024 * 1024  # unpacked
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip can tell: equal files make equal zips
_CHUNK = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, OverflowError, OSError,
)  # fmt: skip


class BadBundle(CannotJudge):
    """A zip that is damaged, or made to do harm, or files that are too large for one."""


def make(files: Mapping[str, bytes]) -> bytes:
    """*files*, by relative path, as a zip; equal files make equal bytes. Raises BadBundle."""
    size = sum(map(len, files.values()))
    if size > MAX_BYTES:
        raise BadBundle("the files are too large for one artifact", why=f"{size} bytes")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(_check_name(name), _EPOCH)
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def read(
    data: bytes,
    wanted: Callable[[str], bool],
    *,
    most: int = MAX_ENTRIES,
    file_bytes: int = MAX_FILE,
    total_bytes: int = MAX_TOTAL,
) -> dict[str, bytes]:
    """The files of a stranger's zip whose names are *wanted*; others are not even unpacked.

    Raises BadBundle for the whole zip where it is damaged or larger than it may be (measured while
    unpacking: headers lie), or where any entry leads outside, is a link, is encrypted or comes twice.
    """
    if data.count(_ENTRY) > most:  # counted before anything is built from them
        raise BadBundle(f"the zip holds more than {most} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _files(archive, wanted, file_bytes, total_bytes)
    except _DAMAGE as error:
        raise BadBundle("the zip is damaged", why=one_line(str(error))) from None


def _files(
    archive: zipfile.ZipFile, wanted: Callable[[str], bool], file_bytes: int, total_bytes: int
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    seen: set[str] = set()
    left = total_bytes
    for entry in archive.infolist():
        name = _check_entry(entry, seen)
        seen.add(name)
        if not entry.is_dir() and wanted(name):
            files[name] = _unpack(archive, entry, min(file_bytes, left))
            left -= len(files[name])
    return files


def _check_entry(entry: zipfile.ZipInfo, seen: set[str]) -> str:
    name = _check_name(entry.orig_filename)
    if name in seen:
        raise _refusal(name, "comes twice")
    if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _refusal(name, "is no file")
    if entry.flag_bits & 0x1:
        raise _refusal(name, "is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refusal(name, "is packed in an unusual way")
    return name


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    content = bytearray()
    with archive.open(entry) as file:
        while chunk := file.read(min(_CHUNK, limit + 1 - len(content))):
            content += chunk
            if len(content) > limit:
                raise _refusal(entry.filename, "is too large")
    return bytes(content)


def _check_name(name: str) -> str:
    """*name*, if it leads nowhere but down. Raises BadBundle."""
    path = PurePosixPath(name)
    strange = not name.isprintable() or any(character in name for character in "\\:")
    if strange or not path.parts or path.is_absolute() or ".." in path.parts:
        raise _refusal(name, "leads outside, or has a strange name")
    return name


def _refusal(name: str, why: str) -> BadBundle:
    return BadBundle("the zip is refused", why=f"{one_line(name, 100)!r} {why}")
