"""The line of a user's Dockerfile that made a change: by what its step printed, else by its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tf_docker_check.errors import UsageError
from tf_docker_check.model.blame import Change
from tf_docker_check.model.observation import BuildResult, BuildStep
from tf_docker_check.model.text import one_line
from tf_docker_check.recipe.instructions import keyword, read

_NEVER = r"(?!)"
_PIP = r"RUN .*\b(pip3?(\.\d+)?|uv|poetry|pipenv|pdm|conda|mamba|micromamba)\b"
_SYSTEM = r"RUN .*\b(apt|apt-get|dpkg|apk|dnf|yum|microdnf|conda|mamba|micromamba)\b"
_SHOWN = 160


@dataclass(frozen=True)
class _Line:
    number: int
    text: str  # the instruction on one line
    log: str  # what its step printed; nothing where the build took it from its cache


@dataclass(frozen=True)
class _Marks:
    """Patterns: `printed` by the step that made a change, in the line `named`, or in one `able` to."""

    printed: str
    named: str
    able: str


def located(changes: Sequence[Change], build: BuildResult) -> tuple[Change, ...]:
    """*changes* with the line that made each, where it can be told."""
    lines = tuple(_lines(build))
    return tuple(_on(change, _culprit(_marks(change), lines)) for change in changes)


def _on(change: Change, line: _Line | None) -> Change:
    return replace(change, line=line.number, instruction=one_line(line.text, _SHOWN)) if line else change


def _lines(build: BuildResult) -> Iterator[_Line]:
    try:
        instructions = read(build.dockerfile, "Dockerfile") if build.dockerfile else ()
    except UsageError:
        return
    for each in instructions:
        words = _spaced(" ".join([*each.value, *(heredoc.content for heredoc in each.heredocs)]))
        yield _Line(each.start_line, f"{keyword(each)} {words}", _log(words, build.steps))


def _log(words: str, steps: Sequence[BuildStep]) -> str:
    """What the step printed that a builder calls by the *words* of its instruction."""
    return "\n".join(step.log for step in steps if words and _spaced(step.name).endswith(words))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _culprit(marks: _Marks, lines: Sequence[_Line]) -> _Line | None:
    """The last line that says it did it, else the last that names it, else the only one that can have."""
    if said := [line for line in lines if re.search(marks.printed, line.log, re.MULTILINE | re.IGNORECASE)]:
        return said[-1]
    if naming := [line for line in lines if re.search(marks.named, line.text, re.IGNORECASE)]:
        return naming[-1]
    able = [line for line in lines if re.search(marks.able, line.text)]
    return able[0] if len(able) == 1 else None


def _marks(change: Change) -> _Marks:
    if change.name in ("python", "libc", "os"):
        return _Marks(_NEVER, _NEVER, _SYSTEM)
    if change.name.isupper():
        return _Marks(_NEVER, rf"^ENV .*\b{re.escape(change.name)}\b", _NEVER)
    return _of_library(change) if ".so" in change.name else _of_distribution(change)


def _of_library(change: Change) -> _Marks:
    stem, folder = re.escape(change.name.partition(".so")[0]), str(PurePosixPath(change.after).parent)
    path = rf"|{re.escape(folder)}\b" if change.after and folder not in ("/lib", "/usr/lib") else ""
    return _Marks(rf"^(unpacking|setting up|installing) {stem}", rf"(?<![\w.-]){stem}{path}", _SYSTEM)


def _of_distribution(change: Change) -> _Marks:
    name = "[-_.]".join(map(re.escape, re.split(r"[-_.]", change.name)))
    after = re.escape(change.after)
    printed = (
        rf"^\s*successfully installed (.* )?{name}-{after}(?!\S)|^\s*[+~] {name}=={after}(?!\S)"
        if after
        else rf"^\s*successfully uninstalled {name}-|^\s*- {name}=="
    )
    return _Marks(printed, rf"^{_PIP}.*(?<![\w.-]){name}(?![\w-])", _PIP)
