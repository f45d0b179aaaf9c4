"""Issues as JSON; the JSON Schema is resources/schema/lint.json."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.lint.check import Report
from tf_docker_check.lint.issue import Issue, Severity
from tf_docker_check.model.text import plain

SCHEMA_VERSION = 1


def dump(report: Report) -> str:
    """Return one JSON object. Lines and columns count from 1, in Unicode characters; ends are exclusive."""
    counts = Counter(issue.severity for issue in report.issues)
    document = {
        "schema": SCHEMA_VERSION,
        "files": report.files,
        "silenced": report.silenced,
        "counts": {str(severity): counts[severity] for severity in Severity},
        "issues": [_issue(issue) for issue in report.issues],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "rule": issue.rule,
        "severity": str(issue.severity),
        "file": plain(issue.span.source.name),
        **_place(issue.span),
        "message": plain(issue.remark.message),
        "remedy": plain(issue.remark.remedy),
        "edits": [_edit(edit) for edit in issue.remark.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {"file": plain(edit.span.source.name), **_place(edit.span), "text": edit.text}


def _place(span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = span.begins, span.ends
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
