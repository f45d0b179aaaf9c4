"""The mechanical edits: applied in memory, shown as a diff, written."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.errors import UsageError
from tf_docker_check.lint.check import Report, check
from tf_docker_check.lint.issue import Issue
from tf_docker_check.lint.project import Files, Found, shown
from tf_docker_check.lint.registry import UNREADABLE
from tf_docker_check.lint.source import Edit, Source
from tf_docker_check.model.text import plain

MOST_PASSES = 5
"""An edit may make room for another; what still changes after so many rounds goes in circles."""


@dataclass(frozen=True)
class Fixed:
    """The new text of each changed file, the number of issues mended, and what is left."""

    texts: dict[Path, str]
    mended: int
    left: Report


def fix(found: Found, files: Files, *, on_cpu: bool = False) -> Fixed:
    """Apply every edit that does not overlap another; nothing is written.

    A file that could not be read after its edits keeps its text.
    """
    report, mended = check(found, files, on_cpu=on_cpu), 0
    for _ in range(MOST_PASSES):
        texts = {source.path: applied(source.text, edits) for source, edits in _by_source(report.issues)}
        after, then = _checked(found, files, texts, on_cpu)
        if broken := _broken(then) - _broken(report):
            texts = {path: text for path, text in texts.items() if shown(path) not in broken}
            after, then = _checked(found, files, texts, on_cpu)
        better = _fixable(report) - _fixable(then)
        if not texts or better <= 0:
            break
        report, files, mended = then, after, mended + better
    return Fixed(files.changed, mended, report)


def _checked(found: Found, files: Files, texts: dict[Path, str], on_cpu: bool) -> tuple[Files, Report]:
    after = Files(files.roots, {**files.changed, **texts})
    return after, check(found, after, on_cpu=on_cpu)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """*text* with *edits*, of which no two overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def chosen(issues: Sequence[Issue]) -> list[Edit]:
    """The edits of *issues*, each issue's all or none, without those that would overlap earlier ones."""
    kept: list[Edit] = []
    for issue in issues:
        edits = [edit for edit in issue.remark.edits if edit not in kept]
        if not any(_overlap(edit, other) for edit in edits for other in kept):
            kept.extend(edits)
    return kept


def diff(texts: dict[Path, str], read: Callable[[Path], str]) -> str:
    """What would change, as a unified diff that `patch -p1` takes."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path in sorted(texts)
        for line in difflib.unified_diff(
            read(path).splitlines(keepends=True),
            texts[path].splitlines(keepends=True),
            f"a/{plain(shown(path))}",
            f"b/{plain(shown(path))}",
        )
    )


def write(path: Path, text: str) -> None:
    """Replace the file in one step, with its mode; where it is a link, what it leads to. UsageError."""
    real = path.resolve()
    try:
        mode = real.stat().st_mode & 0o7777
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(name).chmod(mode)
            Path(name).replace(real)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be written: {error.strerror}") from None


def _by_source(issues: Sequence[Issue]) -> Iterator[tuple[Source, list[Edit]]]:
    edits = chosen(issues)
    for source in dict.fromkeys(edit.span.source for edit in edits):
        yield source, [edit for edit in edits if edit.span.source is source]


def _overlap(one: Edit, other: Edit) -> bool:
    """Two insertions at one place count too: which comes first would be chance."""
    if one.span.source is not other.span.source:
        return False
    if (one.span.start, one.span.end) == (other.span.start, other.span.end):
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end


def _fixable(report: Report) -> int:
    return sum(1 for issue in report.issues if issue.remark.edits)


def _broken(report: Report) -> set[str]:
    return {issue.span.source.name for issue in report.issues if issue.rule == UNREADABLE}
