"""The line of a user's Dockerfile that made a change, by its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tf_docker_check.errors import UsageError
from tf_docker_check.model.blame import Change
from tf_docker_check.model.text import one_line
from tf_docker_check.recipe.instructions import keyword, read

_NEVER = r"(?!)"
_PIP = r"^RUN .*\b(pip3?(\.\d+)?|uv|poetry|pipenv|pdm|conda|mamba|micromamba)\b"
_SYSTEM = r"^RUN .*\b(apt|apt-get|dpkg|apk|dnf|yum|microdnf|conda|mamba|micromamba)\b"
_COMMON_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64")
_SHOWN = 160


@dataclass(frozen=True)
class _Line:
    number: int
    text: str  # the instruction on one line


@dataclass(frozen=True)
class _Marks:
    """Patterns for the line that made a change: it names what changed, or is at least able to change it."""

    names: str
    able: str


def located(changes: Sequence[Change], dockerfile: str) -> tuple[Change, ...]:
    """*changes* with the line of *dockerfile* that made each, where it can be told."""
    lines = tuple(_lines(dockerfile))
    return tuple(_on(change, _culprit(_marks(change), lines)) for change in changes)


def _on(change: Change, line: _Line | None) -> Change:
    return replace(change, line=line.number, instruction=one_line(line.text, _SHOWN)) if line else change


def _lines(dockerfile: str) -> Iterator[_Line]:
    try:
        instructions = read(dockerfile, "Dockerfile") if dockerfile else ()
    except UsageError:
        return
    written = dockerfile.split("\n")
    for each in instructions:
        words = [keyword(each), *each.value, *(heredoc.content for heredoc in each.heredocs)]
        text = " ".join(words) if each.end_line > each.start_line else written[each.start_line - 1]
        yield _Line(each.start_line, " ".join(text.split()))


def _culprit(marks: _Marks, lines: Sequence[_Line]) -> _Line | None:
    """The last line that names it, else the only one that can have done it."""
    if naming := [line for line in lines if re.search(marks.names, line.text, re.IGNORECASE)]:
        return naming[-1]
    able = [line for line in lines if re.search(marks.able, line.text)]
    return able[0] if len(able) == 1 else None


def _marks(change: Change) -> _Marks:
    if change.name in ("python", "libc", "os"):
        return _Marks(_NEVER, _SYSTEM)
    if change.name.isupper():
        return _Marks(rf"^ENV .*\b{re.escape(change.name)}\b", _NEVER)
    if ".so" in change.name:
        return _Marks(_library(change), _SYSTEM)
    name = "[-_.]".join(map(re.escape, re.split(r"[-_.]", change.name)))
    return _Marks(rf"{_PIP}.*(?<![\w.-]){name}(?![\w-])", _PIP)


def _library(change: Change) -> str:
    """By its name (packages are called after it), or by the folder it is now taken from."""
    name, folder = re.escape(change.name.partition(".so")[0]), str(PurePosixPath(change.after).parent)
    told = change.after and not folder.endswith("-linux-gnu") and folder not in _COMMON_FOLDERS
    return rf"(?<![\w.-]){name}" + (rf"|{re.escape(folder)}(?![\w-])" if told else "")
