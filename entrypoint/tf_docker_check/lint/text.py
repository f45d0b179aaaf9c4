"""Format issues as plain text."""

from __future__ import annotations

from collections import Counter

from tf_docker_check.lint.check import Report
from tf_docker_check.lint.issue import Issue, Severity
from tf_docker_check.model.text import one_line

WIDEST = 200  # characters of a source line that are shown


def render(report: Report) -> str:
    """Format each issue: place, message, source line, remedy."""
    return "".join(map(_issue, report.issues))


def summary(report: Report) -> str:
    """Return one line with the number of files, of issues by severity, silenced and fixable."""
    counts = Counter(issue.severity for issue in report.issues)
    parts = [_many(counts[severity], str(severity)) for severity in Severity if counts[severity]]
    issues = ", ".join(parts) or "no issues"
    silenced = f"; {report.silenced} silenced" if report.silenced else ""
    fixable = sum(1 for issue in report.issues if issue.remark.edits)
    can = f"; {fixable} fixable with --fix" if fixable else ""
    return f"{_many(report.files, 'file')}: {issues}{silenced}{can}"


def _issue(issue: Issue) -> str:
    line, column = issue.span.begins
    remark = issue.remark
    head = f"{one_line(issue.span.source.name)}:{line}:{column}: {issue.severity} {issue.rule}: "
    return f"{head}{one_line(remark.message, 600)}\n{_excerpt(issue)}  do: {one_line(remark.remedy, 600)}\n"


def _excerpt(issue: Issue) -> str:
    """Return the source line with a marker under the span; empty if the line is not printable."""
    line, column = issue.span.begins
    text = issue.span.source.line(line)[:WIDEST].replace("\t", " ")
    if not text.strip() or one_line(text, WIDEST + 1) != " ".join(text.split()) or column > len(text):
        return ""
    last, end = issue.span.ends
    length = max((end if last == line else len(text) + 1) - column, 1)
    return f"    {text}\n    {' ' * (column - 1)}{'^' * min(length, len(text) - column + 1)}\n"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
