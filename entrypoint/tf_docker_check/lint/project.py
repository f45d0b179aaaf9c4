"""Which files there are to look at, and reading them within bounds."""

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
"""No Dockerfile, requirement or compose file is larger."""

_DOCKERFILE = re.compile(
    r"(?:dockerfile|containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)", re.IGNORECASE
)
_NOT_ONE = re.compile(
    r".*(?:\.dockerignore|\.(?:j2|jinja2?|tmpl|template|tpl|erb|mustache|in|md|rst|py|sh|orig|rej|bak|swp)|~)",
    re.IGNORECASE,
)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt|[\w.-]*requirements\.txt")
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "vendor"})


@dataclass(frozen=True)
class Found:
    """Files to look at, by kind, each once, in the order of their paths."""

    dockerfiles: tuple[Path, ...]
    requirements: tuple[Path, ...]
    composes: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.dockerfiles) + len(self.requirements) + len(self.composes)


@dataclass
class Files:
    """Reads files, each once. `changed` holds the text of those that are not to be read as they are."""

    roots: tuple[Path, ...]
    changed: dict[Path, str] = field(default_factory=dict)
    read_already: dict[Path, Source] = field(default_factory=dict)
    not_there: set[Path] = field(default_factory=set)

    def read(self, path: Path) -> Source:
        """Raises Unreadable."""
        if path not in self.read_already:
            text = self.changed[path] if path in self.changed else _text(path, self.roots)
            self.read_already[path] = Source(path, shown(path), text)
        return self.read_already[path]

    def near(self, folder: Path) -> Callable[[str], Source | None]:
        """Finds a file by a path of the build context, which may be *folder* or a folder above it."""
        above = [folder, *folder.parents] if folder.parts else [folder]
        contexts = [each for each in above if any(_inside(each, root) for root in self.roots)] or [folder]

        def find(name: str) -> Source | None:
            for context in contexts if _is_plain(name) else ():
                path = Path(os.path.normpath(context / name))
                if path in self.not_there:
                    continue
                try:
                    return self.read(path)
                except UsageError:
                    self.not_there.add(path)
            return None

        return find


def find(paths: Sequence[Path], told: Callable[[str], None]) -> Found:
    """The files among and under *paths*. A path that is named counts whatever it is called.

    Folders and links that lead out of a path are not followed. *told* hears of folders that cannot
    be read. Raises UsageError for a path that is not there.
    """
    by_kind: dict[str, dict[Path, None]] = {"dockerfile": {}, "requirements": {}, "compose": {}}
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}", remedy="name a folder or a file to look at")
        for each in _under(path, told) if path.is_dir() else [path]:
            by_kind[_kind(each, named=each is path)][each] = None
    folders = {path.parent for path in by_kind["dockerfile"]}
    beside = [
        path for path in by_kind["requirements"] if path in paths or _belongs_to(path.parent) in folders
    ]
    return Found(
        tuple(sorted(by_kind["dockerfile"])), tuple(sorted(beside)), tuple(sorted(by_kind["compose"]))
    )


def _belongs_to(folder: Path) -> Path:
    """The folder whose requirements are in *folder*."""
    return folder.parent if folder.name == "requirements" else folder


def shown(path: Path) -> str:
    """*path* as messages have it: relative to where we are, if it is below."""
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
    if _DOCKERFILE.fullmatch(name) and not _NOT_ONE.fullmatch(name):
        return "dockerfile"
    if named:
        return "compose" if name.endswith((".yml", ".yaml")) else "dockerfile"
    return ""


def _under(top: Path, told: Callable[[str], None]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        told(f"{error.filename} cannot be looked into: {error.strerror}")

    for folder, folders, files in os.walk(top, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(files):
            path = Path(folder) / name
            if _kind(path, named=False) and not (path.is_symlink() and _leads_out(path, top)):
                yield path


def _leads_out(link: Path, top: Path) -> bool:
    try:
        return not _inside(link.resolve(strict=True), top.resolve())
    except (OSError, RuntimeError):  # it leads nowhere, or in a circle
        return True


def _is_plain(name: str) -> bool:
    """Whether it may be looked for: no variable, no URL, no way out to the root."""
    return (
        bool(name) and "$" not in name and "://" not in name and "\0" not in name and not name.startswith("/")
    )


def _inside(path: Path, root: Path) -> bool:
    return path == root or root in path.parents


def _text(path: Path, roots: Sequence[Path]) -> str:
    """The text of *path*. Builders read no UTF-16; pip and Compose do."""
    if roots:
        utf16 = _kind(path, named=True) != "dockerfile"
        return read_text(path, MOST_BYTES, within=roots, name=shown(path), utf16=utf16)
    raise Unreadable(f"{shown(path)} leads out of the project")
