"""Find the line of a user's Dockerfile that made a change, by its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tf_docker_check.diagnose.changes import FILES, INTERPRETER
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.errors import UsageError
from tf_docker_check.model.blame import Change
from tf_docker_check.model.text import one_line

_NEVER, _ANY = r"(?!)", ""
_PIP = r"^RUN .*\b(pip3?(\.[0-9]+)?|uv|poetry|pipenv|pdm|conda|mamba|micromamba)\b"
_SYSTEM = r"^RUN .*\b(apt|apt-get|dpkg|apk|dnf|yum|microdnf|conda|mamba|micromamba)\b"
_REMOVES = r"^RUN .*\b(uninstall|remove|rm)\b"
_TENSORFLOW = r"\b(tensorflow|tf[-_]nightly)"
_COMMON_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64")
_SHOWN = 160
_LONGEST = 1024 * 1024  # characters of a Dockerfile that are read


@dataclass(frozen=True)
class _Line:
    number: int
    text: str  # the instruction on one line


@dataclass(frozen=True)
class _Marks:
    """Patterns for a line: its `kind`, that it `names` the change, or is `able` to make it."""

    kind: str
    names: str
    able: str


def add_lines(changes: Sequence[Change], dockerfile: str) -> tuple[Change, ...]:
    """Return *changes* with the line of *dockerfile* that made each, where it is known."""
    lines = tuple(_lines(dockerfile))
    return tuple(_with_line(change, _find_line(_marks(change), lines)) for change in changes)


def _with_line(change: Change, line: _Line | None) -> Change:
    return replace(change, line=line.number, instruction=one_line(line.text, _SHOWN)) if line else change


def _lines(dockerfile: str) -> Iterator[_Line]:
    try:
        instructions = parse_dockerfile(dockerfile, "Dockerfile") if 0 < len(dockerfile) <= _LONGEST else ()
    except UsageError:
        return
    for instruction in instructions:
        words = [instruction.line.text, *(heredoc.content for heredoc in instruction.heredocs)]
        _, *rest = " ".join(words).split()
        yield _Line(instruction.start_line, " ".join([instruction.keyword, *rest]))


def _find_line(marks: _Marks, lines: Sequence[_Line]) -> _Line | None:
    """Return the last line that names it, else the only one that can have made it."""
    named = [line for line in lines if re.search(marks.kind, line.text) and _has(line, marks.names)]
    if named:
        return named[-1]
    able = [line for line in lines if re.search(marks.able, line.text)]
    return able[0] if len(able) == 1 else None


def _has(line: _Line, names: str) -> bool:
    return re.search(names, line.text, re.IGNORECASE) is not None


def _marks(change: Change) -> _Marks:
    if change.name in ("python", "libc", "os"):
        return _Marks(_NEVER, _NEVER, _SYSTEM)
    if change.name == INTERPRETER:  # by the line of its PATH
        return _Marks(_NEVER, _NEVER, _NEVER)
    if change.name.startswith(FILES):
        return _Marks(_REMOVES, _TENSORFLOW, _REMOVES)
    if change.name.isupper():
        return _Marks("^ENV ", rf"(?<![\w${{]){re.escape(change.name)}(?=[=\s])", _NEVER)
    if ".so" in change.name:
        return _Marks(_ANY, _library(change), _SYSTEM)
    name = "[-_.]".join(map(re.escape, re.split(r"[-_.]", change.name)))
    return _Marks(_PIP, rf"(?<![\w.-]){name}(?![\w-])", _PIP)


def _library(change: Change) -> str:
    """Return a pattern of the library's name (packages have it too), or of its new folder."""
    name, folder = re.escape(change.name.partition(".so")[0]), str(PurePosixPath(change.after).parent)
    specific = change.after and not folder.endswith("-linux-gnu") and folder not in _COMMON_FOLDERS
    return rf"(?<![\w.-]){name}" + (rf"|{re.escape(folder)}(?![\w-])" if specific else "")
