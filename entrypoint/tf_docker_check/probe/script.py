"""Build the script that runs the checks inside a container, as text for its standard input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from tf_docker_check.probe.check_specs import CheckSpec

_MODULES = (  # each after those it imports
    "frame",
    "loaded",
    "versions",
    "elf",
    "loader",
    "child",
    "trial",
    "sandbox",
    "interpreter",
    "machine",
    "packages",
    "integrity",
    "build_info",
    "shadowed",
    "environment",
    "driver",
    "computing",
    "saving",
    "peers",
    "collective",
    "gpu",
    "library_versions",
    "libraries",
    "compiled",
    "system_libraries",
    "memory",
    "supervise",
    "ladder",
)
_STAGE_SECONDS = {"python": 60, "driver": 60, "libraries": 120, "system": 120}
"""Seconds a stage may take; the others have the whole time limit."""


@cache
def _source(name: str) -> str:
    return (files("tf_docker_check.resources") / "probes" / f"{name}.py").read_text("utf-8")


def script(specs: Sequence[CheckSpec], *, nonce: str, seconds: float) -> bytes:
    """Return Python 2.7 to 3.14 source, ASCII only, that runs *specs* within *seconds*."""
    stages = [
        [stage, [spec.name for spec in group], min(seconds, _STAGE_SECONDS.get(stage, seconds))]
        for stage, group in groupby(specs, key=lambda spec: spec.stage)
    ]
    settings = {"nonce": nonce, "seconds": seconds, "stages": stages}
    sources = [[name, _source(name)] for name in _MODULES]
    return (f"SETTINGS = {_literal(settings)}\nSOURCES = {_literal(sources)}\n{_source('boot')}").encode(
        "ascii"
    )


def _literal(value: object) -> str:
    """Return a Python string literal that holds *value* as JSON."""
    return repr(json.dumps(value))
