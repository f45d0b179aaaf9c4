"""The mechanical edits: applied in memory, shown as a diff, written."""

from __future__ import annotations

import difflib
import os
import tempfile
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.dockerfile.source import Edit, Source, Span
from tf_docker_check.errors import UsageError
from tf_docker_check.lint.check import Report, check
from tf_docker_check.lint.issue import Issue
from tf_docker_check.lint.project import Files, Found, shown
from tf_docker_check.lint.registry import UNREADABLE
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
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def chosen(issues: Sequence[Issue]) -> list[Edit]:
    """The edits of *issues*, each issue's all or none, without those that would overlap earlier ones."""
    kept: dict[Edit, None] = {}
    taken: dict[Source, list[tuple[int, int]]] = {}
    for issue in issues:
        edits = [edit for edit in issue.remark.edits if edit not in kept]
        if all(_is_free(edit.span, taken.get(edit.span.source, [])) for edit in edits):
            for edit in edits:
                kept[edit] = None
                insort(taken.setdefault(edit.span.source, []), (edit.span.start, edit.span.end))
    return list(kept)


def _is_free(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether *span* overlaps none of *taken*, which are in order and do not overlap each other.

    Two insertions at one place do: which comes first would be chance.
    """
    place = (span.start, span.end)
    at = bisect_left(taken, place)
    before, after = (
        taken[at - 1] if at else (0, 0),
        taken[at] if at < len(taken) else (span.end, span.end + 1),
    )
    return before[1] <= span.start and span.end <= after[0] and place != after


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


def _fixable(report: Report) -> int:
    return sum(1 for issue in report.issues if issue.remark.edits)


def _broken(report: Report) -> set[str]:
    return {issue.span.source.name for issue in report.issues if issue.rule == UNREADABLE}
