"""Apply the edits of issues in memory, show them as a diff, write them."""

from __future__ import annotations

import difflib
import os
import tempfile
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.discovery.files import Files, display_path
from tf_docker_check.dockerfile.source import Edit, Source, Span
from tf_docker_check.errors import UsageError
from tf_docker_check.lint.check import Report, check
from tf_docker_check.lint.issue import Issue, Severity
from tf_docker_check.model.text import plain
from tf_docker_check.project.find import FileList

MOST_PASSES = 5
"""Edits can enable further edits; the limit ends edits that undo each other."""


@dataclass(frozen=True)
class FixResult:
    """Result of `fix`: new text by changed file, number of issues fixed, report of the remaining ones."""

    texts: dict[Path, str]
    fixed: int
    remaining: Report


def fix(targets: FileList, files: Files, *, on_cpu: bool = False) -> FixResult:
    """Apply, in memory, every edit that does not overlap another, and those that the first ones give room to.

    A file is left as it is where its edits would make it unreadable, or bring an error that no edit mends.
    """
    report, fixed = check(targets, files, on_cpu=on_cpu), 0
    for _ in range(MOST_PASSES):
        texts = {source.path: apply_edits(source.text, edits) for source, edits in _by_source(report.issues)}
        after, then = _recheck(targets, files, texts, on_cpu)
        if broken := _harmed_files(report, then):
            texts = {path: text for path, text in texts.items() if display_path(path) not in broken}
            after, then = _recheck(targets, files, texts, on_cpu)
        gone = _fixable(report) - _fixable(then)
        if not texts or not gone or _harmed_files(report, then):
            break
        report, files, fixed = then, after, fixed + gone.total()
    return FixResult(files.changed, fixed, report)


def _recheck(targets: FileList, files: Files, texts: dict[Path, str], on_cpu: bool) -> tuple[Files, Report]:
    after = Files(files.roots, {**files.changed, **texts})
    return after, check(targets, after, on_cpu=on_cpu)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with *edits* applied; no two may overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def select_edits(issues: Sequence[Issue]) -> list[Edit]:
    """Return the edits of *issues*: all of an issue or none, skipping issues that overlap earlier ones."""
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
    """Whether *span* overlaps none of *taken*, which are sorted and do not overlap.

    Two insertions at the same offset count as overlapping: their order would be arbitrary.
    """
    place = (span.start, span.end)
    at = bisect_left(taken, place)
    before, after = (
        taken[at - 1] if at else (0, 0),
        taken[at] if at < len(taken) else (span.end, span.end + 1),
    )
    return before[1] <= span.start and span.end <= after[0] and place != after


def diff(texts: dict[Path, str], read: Callable[[Path], str]) -> str:
    """Return the changes as a unified diff for `patch -p1`."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path in sorted(texts)
        for line in difflib.unified_diff(
            read(path).splitlines(keepends=True),
            texts[path].splitlines(keepends=True),
            f"a/{plain(display_path(path))}",
            f"b/{plain(display_path(path))}",
        )
    )


def write(path: Path, text: str) -> None:
    """Replace the file atomically, keeping its mode; of a link, its target. Raises UsageError."""
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
        raise UsageError(f"cannot write {display_path(path)}: {error.strerror}") from None


def _by_source(issues: Sequence[Issue]) -> Iterator[tuple[Source, list[Edit]]]:
    edits = select_edits(issues)
    for source in dict.fromkeys(edit.span.source for edit in edits):
        yield source, [edit for edit in edits if edit.span.source is source]


def _fixable(report: Report) -> Counter[tuple[str, str, str]]:
    """How many issues an edit mends, by rule, file and message."""
    return Counter(_key(issue) for issue in report.issues if issue.remark.edits)


def _key(issue: Issue) -> tuple[str, str, str]:
    return issue.rule, issue.span.source.name, issue.remark.message


def _harmed_files(before: Report, after: Report) -> set[str]:
    """The files with a new error that no edit mends."""
    known = set(map(_key, before.issues))
    errors = (one for one in after.issues if one.severity is Severity.ERROR and not one.remark.edits)
    return {issue.span.source.name for issue in errors if _key(issue) not in known}
