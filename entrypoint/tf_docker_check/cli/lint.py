"""``lint``: find mistakes in Dockerfiles of TensorFlow images and the files next to them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tf_docker_check.discovery.files import Files
    from tf_docker_check.lint.check import Report
    from tf_docker_check.lint.issue import Issue
    from tf_docker_check.project.find import FileList

FORMATS = ("text", "json", "sarif", "github")
SEVERITIES = ("error", "warning", "note")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="folders and files to look at (this folder)"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument(
        "--fail-level",
        choices=SEVERITIES,
        default="warning",
        help="the least severity that makes the exit code 1 (%(default)s)",
    )
    parser.add_argument("--host", choices=("any", "cpu"), default="any", help="cpu: no host has a GPU")
    parser.add_argument("--explain", metavar="RULE", help="print the page of a rule and stop")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--fix", action="store_true", help="write the mechanical edits, print what is left")
    change.add_argument("--diff", action="store_true", help="print what --fix would change, write nothing")


def run(args: argparse.Namespace) -> int:
    """Print the issues; 1 with one at or above --fail-level, 2 where a path is wrong."""
    from tf_docker_check.discovery.discover import say_passed_over
    from tf_docker_check.discovery.files import Files
    from tf_docker_check.lint.check import check
    from tf_docker_check.lint.text import summary
    from tf_docker_check.model.redact import redact
    from tf_docker_check.project.find import find_files

    if args.explain:
        return _explain(args.explain)
    paths = list(dict.fromkeys(args.paths)) or [Path()]
    findings, files, on_cpu = find_files(paths, _say), Files(tuple(map(_root, paths))), args.host == "cpu"
    look = _fix if args.fix else check
    report = look(findings, files, on_cpu=on_cpu)
    if not report.files:
        _say(
            "there is no Dockerfile, no requirement or compose file, and no other file that names a TensorFlow image"
        )
    for line in say_passed_over(report.discovery):
        _say(line)
    text = _diff(findings, files, on_cpu=on_cpu) if args.diff else redact(_render(args.format, report), ())
    sys.stdout.write(text)
    sys.stdout.flush()
    _say(summary(report))
    return int(any(issue.severity.rank <= SEVERITIES.index(args.fail_level) for issue in report.issues))


def _fix(report: FileList, files: Files, *, on_cpu: bool) -> Report:
    """Write the edits, and return what is left."""
    from tf_docker_check.discovery.files import display_path
    from tf_docker_check.lint.fix import fix, write

    fixed = fix(report, files, on_cpu=on_cpu)
    for path, text in fixed.texts.items():
        write(path, text)
        _say(f"changed {display_path(path)}")
    return fixed.remaining


def _diff(report: FileList, files: Files, *, on_cpu: bool) -> str:
    from tf_docker_check.lint.fix import diff, fix

    return diff(fix(report, files, on_cpu=on_cpu).texts, lambda path: files.read(path).text)


def _render(form: str, report: Report) -> str:
    from tf_docker_check import __version__
    from tf_docker_check.lint import document, sarif, text

    if form == "json":
        return document.dump(report)
    if form == "sarif":
        return sarif.dump(report, __version__)
    return _annotations(report) if form == "github" else text.render(report)


def _annotations(report: Report) -> str:
    """Workflow commands, worst first: GitHub shows only the first ten of each kind."""
    return "".join(map(_annotation, sorted(report.issues, key=lambda issue: issue.severity.rank)))


def _annotation(issue: Issue) -> str:
    from tf_docker_check.gha.commands import command
    from tf_docker_check.model.text import one_line, plain

    (line, column), (end_line, end_column) = issue.span.begins, issue.span.ends
    columns = {"col": str(column), "endColumn": str(end_column)} if line == end_line else {}
    return command(
        "notice" if issue.severity == "note" else str(issue.severity),
        f"{one_line(issue.remark.message, 2000)}\n{one_line(issue.remark.remedy, 2000)}",
        title=issue.rule,
        file=plain(issue.span.source.name),
        line=str(line),
        endLine=str(end_line),
        **columns,
    )


def _explain(name: str) -> int:
    from tf_docker_check.errors import UsageError
    from tf_docker_check.resources.rulebook import rules

    rule = rules().get(name.upper())
    if rule is None:
        raise UsageError(f"unknown rule {name!r:.40}", remedy=f"use one of {', '.join(rules())}")
    sys.stdout.write(f"{rule.id}: {rule.title} ({rule.severity})\n\n{rule.text}")
    return 0


def _root(path: Path) -> Path:
    """The project that *path* is in, which links must not lead out of."""
    if path.is_dir():
        return path
    current = Path()
    return current if Path.cwd() in path.absolute().parents and not path.is_absolute() else path.parent


def _say(line: str) -> None:
    from tf_docker_check.model.text import one_line

    print(one_line(line, 500), file=sys.stderr)
