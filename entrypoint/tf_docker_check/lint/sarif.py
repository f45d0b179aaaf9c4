"""Issues as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.lint.check import Report
from tf_docker_check.lint.issue import Issue
from tf_docker_check.model.text import plain
from tf_docker_check.resources.rulebook import Rule, rules

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"


def dump(report: Report, version: str) -> str:
    """Return a SARIF log of one run; *version* is that of this program."""
    used = {issue.rule for issue in report.issues}
    known = [rule for rule in rules().values() if rule.id in used]
    driver = {
        "name": "tf-docker-check",
        "version": version,
        "semanticVersion": version,
        "rules": [_rule(rule) for rule in known],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": _results(report.issues, [rule.id for rule in known]),
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["tensorflow", "docker"], "precision": "high"},
    }


def _results(issues: Sequence[Issue], ids: Sequence[str]) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for issue in issues:
        fingerprint = _fingerprint(issue)
        seen[fingerprint] += 1
        results.append(_result(issue, ids.index(issue.rule), f"{fingerprint}:{seen[fingerprint]}"))
    return results


def _result(issue: Issue, index: int, fingerprint: str) -> dict[str, Any]:
    remark = issue.remark
    result: dict[str, Any] = {
        "ruleId": issue.rule,
        "ruleIndex": index,
        "level": str(issue.severity),
        "message": {"text": plain(f"{remark.message}\nDo: {remark.remedy}")},
        "locations": [
            {"physicalLocation": {"artifactLocation": _file(issue.span), "region": _region(issue.span)}}
        ],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if remark.edits:
        result["fixes"] = [
            {
                "description": {"text": plain(remark.remedy)},
                "artifactChanges": [_change(e) for e in remark.edits],
            }
        ]
    return result


def _change(edit: Edit) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
    return {"artifactLocation": _file(edit.span), "replacements": [replacement]}


def _file(span: Span) -> dict[str, str]:
    name = span.source.name
    if name.startswith("/"):
        return {"uri": PurePosixPath(name).as_uri()}
    return {"uri": quote(name), "uriBaseId": ROOT}


def _region(span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = span.begins, span.ends
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fingerprint(issue: Issue) -> str:
    """Hash rule and words of the line, so that moving the line does not change the fingerprint."""
    line, _ = issue.span.begins
    words = " ".join(issue.span.source.line(line).split())
    return hashlib.sha256(f"{issue.rule}\0{words}".encode(errors="replace")).hexdigest()[:16]
