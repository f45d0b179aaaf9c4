"""``explain``: name cause and remedy of a failure in any log."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_docker_check.cli.explain_run import Log
    from tf_docker_check.diagnose.explain import Explanation
    from tf_docker_check.model.finding import Finding

NOISE_SHOWN = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    from tf_docker_check.diagnose.explain import EXPECTATIONS, STAGES

    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE|URL",
        help="a log, - or none for standard input; or the address of a run or job of GitHub Actions (needs GH_TOKEN)",
    )
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
    """Explain each log in turn; where one cannot be read, the exit code says so after the others."""
    from tf_docker_check.cli.explain_run import read_logs
    from tf_docker_check.errors import CheckError

    codes = {0}
    for name in _names(arguments.files):
        try:
            codes.update(_explain(log, arguments) for log in read_logs(name))
        except BrokenPipeError:
            raise
        except CheckError as error:
            codes.add(_unread(name, name, error.in_one_line, error.exit_code, as_json=arguments.json))
        except OSError as error:
            why = error.strerror or str(error)
            codes.add(_unread(name, f"{name} cannot be read", why, 2, as_json=arguments.json))
    return max(codes)


def _explain(log: Log, arguments: argparse.Namespace) -> int:
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.diagnose.explain import explain
    from tf_docker_check.model.redact import redact

    if log.missing:
        place = f" ({log.place})" if log.place else ""
        return _unread(log.name, f"{log.name}{place}", log.missing, log.exit_code, as_json=arguments.json)
    explanation = redact(explain(log.content, arguments.stage, arguments.gpu), ())
    text = f"{_as_json(log.name, explanation) if arguments.json else _as_text(log, explanation)}\n"
    sys.stdout.write(text if arguments.json else readable(text))
    sys.stdout.flush()
    return int(bool(explanation.headline and arguments.exit_code))


def _names(names: list[str]) -> list[str]:
    """Return *names*, or standard input without any. Raises UsageError where nothing is piped into it."""
    from tf_docker_check.errors import UsageError

    if not names and sys.stdin.isatty():
        raise UsageError(
            "no log is given",
            remedy="name a file, or pipe one in: `docker logs NAME 2>&1 | tf-docker-check explain`",
        )
    return names or ["-"]


def _unread(name: str, what: str, why: str, exit_code: int, *, as_json: bool) -> int:
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.model.text import one_line

    sys.stderr.write(readable(f"tf-docker-check: {one_line(f'{what}: {why}', 1000)}\n"))
    if as_json:  # a line for each file, in their order
        print(json.dumps({"file": name, "error": why, "headline": None, "findings": [], "noise": []}))
    return exit_code


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


def _as_text(log: Log, explanation: Explanation) -> str:
    lines = [f"{log.name}, {log.place}:" if log.place else f"{log.name}:"]
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
