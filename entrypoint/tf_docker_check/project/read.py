"""Reads files of a project, and files that somebody names, as a stranger's.

Regular files only, for a FIFO or a device can keep us waiting for ever; no more bytes than the reader
allows; and, where *within* names folders, none that links lead out of. Every trouble is one sentence.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(UsageError):
    """A file that is not used, and why."""


class Absent(Unreadable):
    """A file that is not there."""


def read_text(
    path: Path, most: int, *, within: Collection[Path] = (), name: str = "", utf16: bool = True
) -> str:
    """The text of the file at *path*, of at most *most* bytes. Raises Unreadable."""
    name = name or _path_text(path)
    return decode(read_bytes(path, most, within=within, name=name), name, utf16=utf16)


def read_bytes(path: Path, most: int, *, within: Collection[Path] = (), name: str = "") -> bytes:
    """The content of the file at *path*, of at most *most* bytes. Raises Unreadable.

    *name* is what messages call it. Where *within* names folders, links may not lead out of all of them.
    """
    name = name or _path_text(path)
    try:
        with open_file(path, within=within, name=name) as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise Unreadable(f"{name} is larger than {most} bytes")
    return data


def open_file(path: Path, *, within: Collection[Path] = (), name: str = "") -> BinaryIO:
    """The regular file at *path*, opened. Raises Unreadable, as `read_bytes`."""
    name = name or _path_text(path)
    try:
        if within and not any(_leads_into(path, folder) for folder in within):
            raise Unreadable(f"{name} leads out of the project")
        _refuse_special(os.stat(path), name)  # noqa: PTH116 - before opening, which a FIFO or device may feel
        target = os.path.realpath(path) if within else path
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_NOFOLLOW if within else 0)
        file = os.fdopen(os.open(target, flags), "rb")
        try:
            _refuse_special(os.fstat(file.fileno()), name)
        except BaseException:
            file.close()
            raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Absent(f"{name} cannot be read: {error.strerror}") from None
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Unreadable(f"{name} cannot be read: there is a NUL in its name") from None
    return file


def decode(data: bytes, name: str, *, utf16: bool = True) -> str:
    """*data* as text: UTF-8, or with *utf16* what begins with a mark of UTF-16; the mark is dropped.

    Raises Unreadable that names the line.
    """
    try:
        if data.startswith(_WIDE):
            if not utf16:
                raise Unreadable(f"{name}:1:1: this is UTF-16 text", remedy="save it as UTF-8")
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name}:{line}:1: this is not UTF-8 text", remedy="save it as UTF-8") from None


def is_inside(path: Path, folder: Path) -> bool:
    """Whether *path*, links followed, lies in *folder*. What links never lead to the end of does not."""
    try:
        os.stat(path)  # noqa: PTH116 - since Python 3.13 `Path.resolve` no longer raises on a loop of links
    except ValueError:
        return False
    except OSError as error:
        if error.errno != errno.ENOENT:
            return False
    return _leads_into(path, folder)


def is_file(path: Path) -> bool:
    """Whether there is a regular file, also for names that no file can have."""
    return os.path.isfile(path)  # noqa: PTH113 - `Path.is_file` raises on a name that is too long


def is_folder(path: Path) -> bool:
    """Whether there is a folder, also for names that none can have."""
    return os.path.isdir(path)  # noqa: PTH112 - as above


def _leads_into(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _refuse_special(about: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(about.st_mode):
        kind = _KINDS.get(stat.S_IFMT(about.st_mode), "a device")
        raise Unreadable(f"{name} is {kind}, not a regular file")


def _path_text(path: Path) -> str:
    return one_line(str(path), 200)
