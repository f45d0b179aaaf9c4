"""Find the files to lint, and read them within size limits and without leaving the project."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.errors import UsageError
from tf_docker_check.project.read import Unreadable, read_text

MOST_BYTES = 1024 * 1024
"""Largest file that is read, in bytes."""

_DOCKERFILE = re.compile(
    r"(?:dockerfile|containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)", re.IGNORECASE
)
_NO_DOCKERFILE = re.compile(
    r".*(?:\.dockerignore|\.(?:j2|jinja2?|tmpl|template|tpl|erb|mustache|in|md|rst|py|sh|orig|rej|bak|swp)|~)",
    re.IGNORECASE,
)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt|[\w.-]*requirements\.txt")
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "vendor"})


@dataclass(frozen=True)
class FileList:
    """Paths of the files to lint, by kind: sorted, without duplicates."""

    dockerfiles: tuple[Path, ...]
    requirements: tuple[Path, ...]
    composes: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.dockerfiles) + len(self.requirements) + len(self.composes)


@dataclass
class Files:
    """Reads and caches files. `changed`: text to use in place of what is on disk, by path."""

    roots: tuple[Path, ...]
    changed: dict[Path, str] = field(default_factory=dict)
    read_already: dict[Path, Source] = field(default_factory=dict)
    missing: set[Path] = field(default_factory=set)

    def read(self, path: Path) -> Source:
        """Return the file at *path*. Raises Unreadable."""
        if path not in self.read_already:
            text = self.changed[path] if path in self.changed else _text(path, self.roots)
            self.read_already[path] = Source(path, display_path(path), text)
        return self.read_already[path]

    def near(self, folder: Path) -> Callable[[str], Source | None]:
        """Return a lookup for paths in the build context, which may be *folder* or a folder above it."""
        above = [folder, *folder.parents] if folder.parts else [folder]
        contexts = [context for context in above if any(_inside(context, root) for root in self.roots)] or [
            folder
        ]

        def find(name: str) -> Source | None:
            for context in contexts if _is_plain(name) else ():
                path = Path(os.path.normpath(context / name))
                if path in self.missing:
                    continue
                try:
                    return self.read(path)
                except UsageError:
                    self.missing.add(path)
            return None

        return find


def find_files(paths: Sequence[Path], report: Callable[[str], None]) -> FileList:
    """Collect the files among and under *paths*. A file that is named is linted whatever it is called.

    Links that lead out of a path are not followed. *report* is called with a message for each folder
    that cannot be read. Raises UsageError for a path that does not exist.
    """
    by_kind: dict[str, dict[Path, None]] = {"dockerfile": {}, "requirements": {}, "compose": {}}
    for path in paths:
        if not path.exists():
            raise UsageError(f"no such file or directory: {path}", remedy="give a folder or a file to lint")
        for file in _walk(path, report) if path.is_dir() else [path]:
            by_kind[_kind(file, named=file is path)][file] = None
    folders = {path.parent for path in by_kind["dockerfile"]}
    requirements = [
        path for path in by_kind["requirements"] if path in paths or _project_folder(path.parent) in folders
    ]
    return FileList(
        tuple(sorted(by_kind["dockerfile"])), tuple(sorted(requirements)), tuple(sorted(by_kind["compose"]))
    )


def _project_folder(folder: Path) -> Path:
    """Return the folder of the project whose requirement files are in *folder*."""
    return folder.parent if folder.name == "requirements" else folder


def display_path(path: Path) -> str:
    """Return *path* for messages: relative to the current folder if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _kind(path: Path, *, named: bool) -> str:
    name = path.name
    if _COMPOSE.fullmatch(name):
        return "compose"
    if _REQUIREMENTS.fullmatch(name) or (
        name.endswith(".txt") and (named or path.parent.name == "requirements")
    ):
        return "requirements"
    if _DOCKERFILE.fullmatch(name) and not _NO_DOCKERFILE.fullmatch(name):
        return "dockerfile"
    if named:
        return "compose" if name.endswith((".yml", ".yaml")) else "dockerfile"
    return ""


def _walk(top: Path, report: Callable[[str], None]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        report(f"cannot read the folder {error.filename}: {error.strerror}")

    for folder, folders, files in os.walk(top, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(files):
            path = Path(folder) / name
            if _kind(path, named=False) and not (path.is_symlink() and _leads_out(path, top)):
                yield path


def _leads_out(link: Path, top: Path) -> bool:
    try:
        return not _inside(link.resolve(strict=True), top.resolve())
    except (OSError, RuntimeError):  # a dangling link, or a cycle
        return True


def _is_plain(name: str) -> bool:
    """Whether *name* is a relative path without variables: not a URL, not absolute."""
    return (
        bool(name) and "$" not in name and "://" not in name and "\0" not in name and not name.startswith("/")
    )


def _inside(path: Path, root: Path) -> bool:
    return path == root or root in path.parents


def _text(path: Path, roots: Sequence[Path]) -> str:
    """Read *path*. Raises Unreadable. UTF-16 only for pip and Compose, which read it; builders do not."""
    if roots:
        utf16 = _kind(path, named=True) != "dockerfile"
        return read_text(path, MOST_BYTES, within=roots, name=display_path(path), utf16=utf16)
    raise Unreadable(f"{display_path(path)} leads out of the project")
