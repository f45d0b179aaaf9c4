"""The files of an image as a container would see them: layers merged, symlinks followed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tf_docker_check.inspection.elf import Elf

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
MAX_HOPS = 40  # symlinks followed for one path, as Linux does
MAX_DEPTH = 64  # folders above one file


class File(NamedTuple):
    """One path of a layer. `content` is what was kept of it when the layer was read."""

    kind: str  # file, hard, symlink, dir, other
    size: int = 0
    target: str = ""
    content: bytes | None = None
    elf: Elf | None = None


@dataclass
class Layer:
    """What one layer adds and removes. Paths are relative to the root, without leading slash."""

    files: dict[str, File] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)  # whiteouts
    emptied: set[str] = field(default_factory=set)  # opaque folders
    unpacked: int = 0

    def add(self, path: str, file: File) -> None:
        """Record *file* or what its whiteout name stands for."""
        folder, name = posixpath.split(path)
        if name == OPAQUE:
            self.emptied.add(folder)
        elif name.startswith(WHITEOUT):
            self.removed.add(posixpath.join(folder, name[len(WHITEOUT) :]))
        else:
            self.files[path] = file


def normalize(name: str) -> str | None:
    """Return the path that *name* means inside the image; None for the root, and for paths that are too deep.

    ``..`` cannot lead out of the image: nothing is ever written, a name is only a key.
    """
    path = posixpath.normpath("/" + name).lstrip("/")
    return path if path and path.count("/") < MAX_DEPTH else None


def merge_layers(layers: Sequence[Layer]) -> dict[str, File]:
    """Return the files that are visible on top of *layers*, lowest first."""
    seen: dict[str, File] = {}
    removed: set[str] = set()
    emptied: set[str] = set()
    for layer in reversed(layers):
        fresh = {
            path: file
            for path, file in layer.files.items()
            if path not in seen and not _is_hidden(path, seen, removed, emptied)
        }
        seen.update(fresh)
        removed |= layer.removed
        emptied |= layer.emptied
    return seen


def _is_hidden(path: str, seen: Mapping[str, File], removed: set[str], emptied: set[str]) -> bool:
    if path in removed:
        return True
    for folder in _above(path):
        above = seen.get(folder)
        if folder in removed or folder in emptied or (above is not None and above.kind != "dir"):
            return True
    return "" in emptied


def _above(path: str) -> Iterator[str]:
    while (at := path.rfind("/")) >= 0:
        path = path[:at]
        yield path


class Filesystem:
    """Look-ups in an image's files. All paths are absolute."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self.files = files
        self._folders: dict[str, str | None] = {"": ""}
        self._by_name: dict[str, list[str]] | None = None

    def resolve(self, path: str) -> str | None:
        """Return the path that *path* leads to, links followed; None if it does not exist."""
        real = self._real(normalize(path) or "", MAX_HOPS)
        return None if real is None else "/" + real

    def file(self, path: str) -> File | None:
        """Return the file at *path*, links followed; None if it does not exist."""
        real = self.resolve(path)
        return self.files.get(real[1:]) if real else None

    def content(self, path: str) -> bytes | None:
        """Return what was kept of the file at *path*."""
        file = self.file(path)
        return file.content if file else None

    def paths_named(self, name: str) -> list[str]:
        """Return every path whose last part is *name*."""
        if self._by_name is None:
            self._by_name = {}
            for path in self.files:
                self._by_name.setdefault(path.rpartition("/")[2], []).append("/" + path)
        return self._by_name.get(name, [])

    def _real(self, path: str, hops: int) -> str | None:
        folder, _, name = path.rpartition("/")
        above = self._folder(folder, hops)
        if above is None or hops <= 0:
            return None
        path = f"{above}/{name}" if above else name
        file = self.files.get(path)
        if file is None:
            return None
        if file.kind == "symlink":
            return self._real(_resolve_link(above, file.target), hops - 1)
        if file.kind == "hard":
            return self._real(normalize(file.target) or "", hops - 1)
        return path

    def _folder(self, path: str, hops: int) -> str | None:
        """Return the path that the folder *path* leads to. Folders need no entry of their own in a layer."""
        if path not in self._folders:
            self._folders[path] = None  # while it is looked up: a circle leads nowhere
            self._folders[path] = self._follow_folder(path, hops)
        return self._folders[path]

    def _follow_folder(self, path: str, hops: int) -> str | None:
        folder, _, name = path.rpartition("/")
        above = self._folder(folder, hops)
        if above is None or hops <= 0:
            return None
        path = f"{above}/{name}" if above else name
        file = self.files.get(path)
        if file is not None and file.kind == "symlink":
            return self._folder(_resolve_link(above, file.target), hops - 1)
        return path if file is None or file.kind == "dir" else None


def _resolve_link(folder: str, target: str) -> str:
    """Return the path that a symlink in *folder* points to."""
    return normalize(posixpath.join("/" + folder, target)) or ""
