"""Read the files of a project within size limits and without leaving it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.errors import UsageError
from tf_docker_check.project.find import DOCKERFILE, LOOSE, kind_of
from tf_docker_check.project.read import Unreadable, is_file, is_inside, read_text

MOST_BYTES = 1024 * 1024
"""Largest file that is read, in bytes."""


def display_path(path: Path) -> str:
    """Return *path* for messages: relative to the current folder if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


@dataclass
class Files:
    """Reads and caches files.

    `changed`: text to use in place of what is on disk, by path; `shown`: returns a path as messages have it.
    """

    roots: tuple[Path, ...]
    changed: dict[Path, str] = field(default_factory=dict)
    read_already: dict[Path, Source] = field(default_factory=dict)
    missing: set[Path] = field(default_factory=set)
    shown: Callable[[Path], str] = display_path

    def read(self, path: Path) -> Source:
        """Return the file at *path*. Raises Unreadable."""
        if path not in self.read_already:
            text = self.changed[path] if path in self.changed else self._text(path)
            self.read_already[path] = Source(path, self.shown(path), text)
        return self.read_already[path]

    def try_read(self, path: Path) -> Source | None:
        """Return the file at *path*; None if it cannot be read."""
        if path not in self.missing:
            try:
                return self.read(path)
            except UsageError:
                self.missing.add(path)
        return None

    def root_of(self, path: Path) -> Path:
        """Return the project's folder that *path* is in; its own folder if it is in none."""
        return next((root for root in self.roots if _inside(path, root)), path.parent)

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file in the project, links followed."""
        root = self.root_of(path)
        on_disk = path in self.changed or (is_file(path) and is_inside(path, root))
        return _inside(path, root) and on_disk

    def near(self, folder: Path) -> Callable[[str], Source | None]:
        """Return a lookup for paths in the build context, which may be *folder* or a folder above it."""
        return self.lookup([one for one in (folder, *folder.parents) if self._is_ours(one)] or [folder])

    def lookup(self, contexts: Iterable[Path]) -> Callable[[str], Source | None]:
        """Return a lookup for paths in a build context, which is one of *contexts*."""

        def find(name: str) -> Source | None:
            paths = (Path(os.path.normpath(context / name)) for context in contexts if _is_plain(name))
            return next(filter(None, map(self.try_read, paths)), None)

        return find

    def _text(self, path: Path) -> str:
        """Read *path*. Raises Unreadable. UTF-16 only for pip and Compose, which read it; builders do not."""
        if self.roots:
            utf16 = kind_of(path, named=True) not in (DOCKERFILE, LOOSE)
            return read_text(path, MOST_BYTES, within=self.roots, name=self.shown(path), utf16=utf16)
        raise Unreadable(f"{self.shown(path)} leads out of the project")

    def _is_ours(self, path: Path) -> bool:
        return any(_inside(path, root) for root in self.roots)


def _is_plain(name: str) -> bool:
    """Whether *name* is a relative path without variables: not a URL, not absolute."""
    return (
        bool(name) and "$" not in name and "://" not in name and "\0" not in name and not name.startswith("/")
    )


def _inside(path: Path, root: Path) -> bool:
    return path == root or root in path.parents


def project_files(project: Path) -> Files:
    """Return the files of one project; messages have paths as the project has them."""

    def relative(path: Path) -> str:
        return path.relative_to(project).as_posix() if _inside(path, project) else path.as_posix()

    return Files((project,), shown=relative)
