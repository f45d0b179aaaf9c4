"""Requirement files as pip reads them: continued lines, comments, options, files that they include."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Generic, Protocol, TypeVar

from tf_docker_check.requirements.requirement import Requirement, Target, parse_requirement

MAX_FILES = 50
MAX_LINES = 2000
"""Requirements of one set; with more, it is not `complete`."""

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#")
_OPTION = re.compile(r"\s-")
_SHORT = re.compile(r"(-[rcifte])(\S+)")
INCLUDES = {"-r": False, "--requirement": False, "-c": True, "--constraint": True}
"""Options that name a file; True: its lines only narrow what other lines ask for."""


class File(Protocol):
    """A text file. Lines end as `str.splitlines` has it."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...


F = TypeVar("F", bound=File)


@dataclass(frozen=True)
class RequirementLine(Generic[F]):
    """A requirement in `file`, from offset `start` up to and without `end`, options not included."""

    file: F
    start: int
    end: int
    requirement: Requirement

    @property
    def number(self) -> int:
        """Of the line that it begins in, from 1."""
        return len(self.file.text[: self.start + 1].splitlines())


@dataclass(frozen=True)
class OtherLine(Generic[F]):
    """A line of `file` that names a folder, an archive or a URL, from offset `start`."""

    file: F
    start: int
    text: str


@dataclass
class RequirementSet(Generic[F]):
    """The requirements that one run of pip reads from files.

    `lookup` finds a file by its path; `missing`: the paths of those that it did not find; `complete`: every file
    was found and read to its end; `others`: lines that name no requirement; `options`: the names of other
    options in the files, such as ``--index-url``.
    """

    lookup: Callable[[str], F | None]
    target: Target
    lines: list[RequirementLine[F]] = field(default_factory=list)
    constraints: list[RequirementLine[F]] = field(default_factory=list)
    files: list[F] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    others: list[OtherLine[F]] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    complete: bool = True

    def include(self, path: str, *, constrains: bool = False) -> None:
        """Read the file at *path*, unless it has been read already."""
        file = self.lookup(path) if len(self.files) < MAX_FILES else None
        if file is None:
            self.complete = False
            self.missing.append(path)
        elif all(file.name != other.name for other in self.files):
            self.add(file, path, constrains=constrains)

    def add(self, file: F, path: str, *, constrains: bool = False) -> None:
        """Read *file*, which was found at *path*."""
        self.files.append(file)
        lines = self.constraints if constrains else self.lines
        for line in _logical_lines(file.text):
            if len(lines) + len(self.others) >= MAX_LINES:
                self.complete = False
                return
            if line.text.startswith("-"):
                self._option(file, line, path, constrains=constrains)
            elif (requirement := parse_requirement(line.text)) is None:
                self.others.append(OtherLine(file, line.start, line.text))
            elif requirement.applies_to(self.target):
                lines.append(RequirementLine(file, line.start, line.end, requirement))

    def constrain(self, requirement: Requirement) -> Requirement:
        """Return *requirement* narrowed by the constraints."""
        for line in self.constraints:
            if line.requirement.name == requirement.name:
                requirement = requirement.narrow(line.requirement)
        return requirement

    def constrained(self) -> Iterator[RequirementLine[F]]:
        """Yield the lines, narrowed by the constraints."""
        return (replace(line, requirement=self.constrain(line.requirement)) for line in self.lines)

    def _option(self, file: F, line: _Logical, path: str, *, constrains: bool) -> None:
        name, value = split_option(line.text)
        if name in INCLUDES:
            self.include(normpath(join(dirname(path), value)), constrains=constrains or INCLUDES[name])
        elif name in ("-e", "--editable") and not constrains:
            self.others.append(OtherLine(file, line.start + line.text.rfind(value), value))
        else:
            self.options.add(name)


def split_option(text: str) -> tuple[str, str]:
    """Split an option into name and value: ``-rbase.txt``, ``-r base.txt``, ``--requirement=base.txt``."""
    if short := _SHORT.fullmatch(text):
        return short[1], short[2].lstrip("=")
    name, _, value = text.replace("=", " ", 1).partition(" ")
    return name, value.strip().strip("\"'")


@dataclass(frozen=True)
class _Logical:
    start: int
    end: int
    text: str


@lru_cache(maxsize=64)
def _logical_lines(text: str) -> tuple[_Logical, ...]:
    """The lines that are not empty, continued ones joined, without comments and options at their end."""
    return tuple(line for start, end in _extents(text) if (line := _logical(text, start, end)).text)


def _extents(text: str) -> Iterator[tuple[int, int]]:
    """From where to where each logical line goes. A comment does not continue, but may end what does."""
    start = end = 0
    for physical in text.splitlines(keepends=True):
        end += len(physical)
        bare = physical.rstrip("\r\n")
        if not bare.endswith("\\") or bare.lstrip().startswith("#"):
            yield start, end
            start = end
    if start < end:
        yield start, end


def _logical(text: str, start: int, end: int) -> _Logical:
    written = text[start:end].rstrip().rstrip("\\")
    blank = _CONTINUED.sub(lambda match: " " * len(match[0]), written)  # offsets stay
    if comment := _COMMENT.search(blank):
        blank = blank[: comment.start()]
    first = len(blank) - len(blank.lstrip())
    option = _OPTION.search(blank, first)
    blank = blank[: option.start()] if option and not blank.startswith("-", first) else blank
    last = len(blank.rstrip())
    return _Logical(start + first, start + last, _CONTINUED.sub("", written[first:last]))
