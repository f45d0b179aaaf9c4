"""The output of `doctor`, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tf_docker_check import __version__
from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.host.detect import HostFacts

VERSION = 1
_SIGNS = {Level.FINE: "ok", Level.NOTE: "note", Level.WARNING: "warn", Level.PROBLEM: "FAIL"}


def works(advice: Sequence[Advice]) -> bool:
    """Return whether this tool can work here."""
    return all(one.level is not Level.PROBLEM for one in advice)


def text(advice: Sequence[Advice]) -> str:
    """Return one line per finding with its remedy below, and the verdict."""
    lines = []
    for one in advice:
        lines.append(f"{_SIGNS[one.level]:4}  {one.topic:8} {one.finding}")
        lines += [f"{'':15}do: {one.remedy}"] if one.remedy else []
    lines.append("")
    lines.append("tf-docker-check can work here" if works(advice) else "tf-docker-check cannot work here")
    return "\n".join(lines)


def document(advice: Sequence[Advice], host: HostFacts, about: About | None) -> str:
    """Return JSON as described by resources/schema/doctor.json."""
    machine: dict[str, Any] = asdict(host) | {
        "flags": sorted(host.flags),
        "certificates": [{"variable": name, "exists": exists} for name, exists in host.certificates],
    }
    report = {
        "schema": VERSION,
        "tool": __version__,
        "works": works(advice),
        "findings": [_finding(one) for one in advice],
        "machine": machine,
        "engine": asdict(about) if about else None,
    }
    return json.dumps(report, indent=1, ensure_ascii=False)


def _finding(advice: Advice) -> dict[str, str]:
    return {
        "topic": advice.topic,
        "level": advice.level.value,
        "found": advice.finding,
        "remedy": advice.remedy,
    }
