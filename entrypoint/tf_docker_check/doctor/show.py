"""The doctor's words, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tf_docker_check import __version__
from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.host.here import Here

VERSION = 1
_SIGNS = {Level.FINE: "ok", Level.NOTE: "note", Level.WARNING: "warn", Level.PROBLEM: "FAIL"}


def works(said: Sequence[Advice]) -> bool:
    """Whether this tool can work here."""
    return all(one.level is not Level.PROBLEM for one in said)


def text(said: Sequence[Advice]) -> str:
    """One line for each thing, its remedy below it, and the verdict."""
    lines = []
    for one in said:
        lines.append(f"{_SIGNS[one.level]:4}  {one.topic:8} {one.found}")
        lines += [f"{'':15}do: {one.remedy}"] if one.remedy else []
    lines.append("")
    lines.append("tf-docker-check can work here" if works(said) else "tf-docker-check cannot work here")
    return "\n".join(lines)


def document(said: Sequence[Advice], here: Here, about: About | None) -> str:
    """JSON as resources/schema/doctor.json describes it."""
    machine: dict[str, Any] = asdict(here) | {
        "flags": sorted(here.flags),
        "certificates": [{"variable": name, "exists": there} for name, there in here.certificates],
    }
    told = {
        "schema": VERSION,
        "tool": __version__,
        "works": works(said),
        "findings": [asdict(one) | {"level": one.level.value} for one in said],
        "machine": machine,
        "engine": asdict(about) if about else None,
    }
    return json.dumps(told, indent=1, ensure_ascii=False)
