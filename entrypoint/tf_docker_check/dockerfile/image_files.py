"""Which files of the build context lie where in an image, as COPY, ADD and shell commands put them there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath

from tf_docker_check.dockerfile.globs import name_fits, pieces
from tf_docker_check.dockerfile.path_content import NOTHING, PathContent
from tf_docker_check.dockerfile.source import Source

MAX_ENTRIES = 1000
"""Copies and changes of one stage that are followed."""

_DEEPEST = 60  # stages and copies of copies
ANY = "*"
"""The name that stands for the wheels in a folder."""

_GLOB = frozenset("*?[")
_LONGEST_NAME = 255  # characters


@dataclass
class Context:
    """The build context.

    `read` returns the file at a path; `lacks`: whether nothing lies there, for certain; `looks_left`: how often
    it is worth looking.
    """

    read: Callable[[str], Source | None]
    lacks: Callable[[str], bool] = lambda _: False
    looks_left: int = 100_000


@dataclass(frozen=True)
class _Copied:
    """`sources` at `target`, as a file or in a folder: of the context, or of the first `length` entries of `image`."""

    target: str
    sources: tuple[str, ...]
    image: ImageFiles | None = None
    length: int | None = None

    def paths(self, path: str) -> list[str]:
        """The sources that *path* may be a copy of."""
        if path == self.target:
            return [source for source in self.sources if not _is_pattern(source)]
        below = _below(path, self.target)
        return [one for source in self.sources for one in _inside(source, below)] if below else []


@dataclass(frozen=True)
class _Made:
    """What a command makes at `target`; below it nothing is known for the same reason."""

    target: str
    content: PathContent


@dataclass
class ImageFiles:
    """The files of a stage, as far as its instructions put them there; `below`: those of the stage it stands on."""

    context: Context
    below: ImageFiles | None = None
    entries: list[_Copied | _Made] = field(default_factory=list)

    def copy(self, target: str, sources: Sequence[str], image: ImageFiles | None = None) -> None:
        """Put *sources* at *target*: paths of the context, or of *image*."""
        length = len(image.entries) if image else None
        self._add(_Copied(normpath(target), tuple(map(normpath, sources)), image, length))

    def make(self, target: str, content: PathContent) -> None:
        """Put what a command makes at *target*."""
        self._add(_Made(normpath(target), content))

    def find(self, path: str) -> PathContent:
        """Return what lies at *path*."""
        return self._find(normpath(path), None, 0)

    def covers(self, path: str) -> bool:
        """Whether *path* lies in a folder that something was copied into."""
        targets = (
            entry.target for entry in self.entries if isinstance(entry, _Copied) and entry.target != "/"
        )
        return any(_below(path, target) for target in targets) or bool(self.below and self.below.covers(path))

    def find_named(self, name: str) -> PathContent:
        """Return the file of that *name* that was copied last, wherever it lies."""
        for entry in reversed(self.entries):
            if isinstance(entry, _Copied):
                places = (entry.target, join(entry.target, name))[name != basename(entry.target) :]
                for content in map(self.find, places):
                    if content.source:
                        return content
        return self.below.find_named(name) if self.below else NOTHING

    def _find(self, path: str, length: int | None, depth: int) -> PathContent:
        for entry in reversed(self.entries[:length]):
            self.context.looks_left -= 1
            if self.context.looks_left < 0 or depth > _DEEPEST:
                return PathContent(reason="it is a copy of too many copies")
            if isinstance(entry, _Copied):
                content = self._copied(entry, path, depth)
            else:
                content = entry.content if path == entry.target else NOTHING
                if entry.content.reason and _below(path, entry.target):
                    content = PathContent(reason=entry.content.reason)
            if content.is_known:
                return content
        return self.below._find(path, None, depth + 1) if self.below else NOTHING

    def _copied(self, entry: _Copied, path: str, depth: int) -> PathContent:
        for one in entry.paths(path):
            if entry.image:
                content = entry.image._find(_absolute(one), entry.length, depth + 1)
            else:
                content = PathContent(self.context.read(normpath(one).lstrip("/")))
            if content.is_known:
                return content
        return NOTHING

    def _add(self, entry: _Copied | _Made) -> None:
        if len(self.entries) < MAX_ENTRIES:
            self.entries.append(entry)


def _absolute(path: str) -> str:
    """*path* from the top of an image; one that begins with a variable of no known value stays."""
    return normpath(path if path.startswith(("$", "~")) else f"/{path.lstrip('/')}")


def _below(path: str, folder: str) -> str:
    """The rest of *path* where it lies in *folder*; else empty."""
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def _inside(source: str, below: str) -> list[str]:
    """What *below*, a path in the folder that *source* is copied into, may be a copy of."""
    if not _is_pattern(source):
        return [join(source, below), *([source] if basename(source) == below else [])]
    first, pattern = below.partition("/")[0], basename(source)
    if first == ANY:
        return [join(dirname(source), ANY)]
    plain = max(len(pattern), len(first)) <= _LONGEST_NAME and not _is_pattern(dirname(source))
    return [join(dirname(source), below)] if plain and name_fits(pieces(pattern), first) else []


def _is_pattern(path: str) -> bool:
    return not _GLOB.isdisjoint(path)
