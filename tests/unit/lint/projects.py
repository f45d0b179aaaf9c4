"""Projects in a folder, and what lint says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tf_docker_check.discovery.files import Files
from tf_docker_check.lint.check import Report, check
from tf_docker_check.lint.issue import Issue
from tf_docker_check.project.find import find_files


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def checked(folder: Path, **options: bool) -> Report:
    return check(find_files([folder], lambda _: None), Files((folder,)), **options)


def place(issue: Issue) -> str:
    return ":".join(map(str, issue.span.begins))


def told(folder: Path, files: Mapping[str, str], **options: bool) -> list[str]:
    """Each issue as ``RULE file:line:column``."""
    report = checked(written(folder, files), **options)
    return [f"{issue.rule} {issue.span.source.path.name}:{place(issue)}" for issue in report.issues]
