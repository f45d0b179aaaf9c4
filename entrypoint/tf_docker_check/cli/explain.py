"""``explain``: name cause and remedy of a failure in any log."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_docker_check.diagnose.explain import Explanation
    from tf_docker_check.model.finding import Finding

NOISE_SHOWN = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    from tf_docker_check.diagnose.explain import EXPECTATIONS, STAGES

    parser.add_argument("files", nargs="*", metavar="FILE", help="a log; - or none is standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object per file, one per line")
    parser.add_argument("--stage", choices=STAGES, help="stage in which it failed (default: by the log)")
    parser.add_argument(
        "--gpu",
        choices=EXPECTATIONS,
        default="unknown",
        help="whether a GPU was expected (default: by the log)",
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if a cause was found")


def run(arguments: argparse.Namespace) -> int:
    """Explain each file in turn; return 2 where one could not be read, after the others."""
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.diagnose.explain import explain
    from tf_docker_check.model.redact import redact

    show = _as_json if arguments.json else _as_text
    codes = {0}
    for name in _names(arguments.files):
        log = sys.stdin.buffer if name == "-" else Path(name)
        try:
            explanation = explain(log, arguments.stage, arguments.gpu)
            text = f"{show(name, redact(explanation, ()))}\n"
            sys.stdout.write(text if arguments.json else readable(text))
            sys.stdout.flush()
            codes.add(int(bool(explanation.headline and arguments.exit_code)))
        except OSError as error:
            _unread(name, error, arguments.json)
            codes.add(2)
    return max(codes)


def _names(files: list[str]) -> list[str]:
    """Return *files*, or standard input without any. Raises UsageError where nothing is piped into it."""
    from tf_docker_check.errors import UsageError

    if not files and sys.stdin.isatty():
        raise UsageError(
            "no log is given",
            remedy="name a file, or pipe one in: `docker logs NAME 2>&1 | tf-docker-check explain`",
        )
    return files or ["-"]


def _unread(name: str, error: OSError, as_json: bool) -> None:
    if isinstance(error, BrokenPipeError):
        raise error
    why = error.strerror or str(error)
    print(f"tf-docker-check: {name} cannot be read: {why}", file=sys.stderr)
    if as_json:  # a line for each file, in their order
        print(json.dumps({"file": name, "error": why, "headline": None, "findings": [], "noise": []}))


def _as_json(name: str, explanation: Explanation) -> str:
    document: dict[str, Any] = {
        "file": name,
        "headline": explanation.headline,
        "findings": [_finding(finding) for finding in explanation.findings],
        "noise": [{"line": one.line, "name": one.name} for one in explanation.noise],
    }
    more = {
        "if_gpu_expected": [_finding(finding) for finding in explanation.if_gpu_expected],
        "instead": [{"cause": one.cause, "fact": one.fact} for one in explanation.instead],
        "inferred": dict(explanation.inferred),
    }
    document.update({key: value for key, value in more.items() if value})
    return json.dumps(document, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "cause": finding.cause,
        "confidence": finding.confidence.value,
        "evidence": [{"line": one.line, "text": one.text} for one in finding.evidence],
        "remedy": finding.remedy,
    }


def _as_text(name: str, explanation: Explanation) -> str:
    lines = [f"{name}:"]
    if not explanation.findings:
        lines.append("  no known cause in it")
    for place, finding in enumerate(explanation.findings):
        lines += _shown(finding, "also " if place else "")
        if not place:
            lines += [f"    but {one.cause}, if {one.fact}" for one in explanation.instead]
    for finding in explanation.if_gpu_expected:
        lines += ["  harmless on a host without a GPU; if a GPU was expected (--gpu expected):"]
        lines += _shown(finding, "")
    if explanation.inferred:
        lines.append(
            f"  read as: {', '.join(f'{kind} {value}' for kind, value in explanation.inferred.items())}"
        )
    return "\n".join(lines + _harmless(explanation))


def _shown(finding: Finding, prefix: str) -> list[str]:
    return [
        f"  {prefix}{finding.cause}: {finding.title} ({finding.confidence})",
        *(f"    line {one.line}: {one.text}" for one in finding.evidence),
        f"    do: {finding.remedy}",
    ]


def _harmless(explanation: Explanation) -> list[str]:
    by_name: dict[tuple[str, str], list[int]] = {}
    for one in explanation.noise:
        by_name.setdefault((one.name, one.why), []).append(one.line)
    return [
        f"  harmless: {name}, line{'s' if len(numbers) > 1 else ''} {_numbers(numbers)}: {why}"
        for (name, why), numbers in by_name.items()
    ]


def _numbers(numbers: list[int]) -> str:
    lines = ", ".join(str(number) for number in numbers[:NOISE_SHOWN])
    return f"{lines}, …" if len(numbers) > NOISE_SHOWN else lines
