"""The one script that climbs the ladder inside a container, as text for standard input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from tf_docker_check.probe.rungs import Rung

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
"""What a stage may take at most; TensorFlow may take all the time there is."""


@cache
def _source(name: str) -> str:
    return (files("tf_docker_check.resources") / "probes" / f"{name}.py").read_text("utf-8")


def script(rungs: Sequence[Rung], *, nonce: str, seconds: float) -> bytes:
    """Python 2.7 to 3.14 source, ASCII only, that climbs *rungs* within *seconds*."""
    stages = [
        [stage, [rung.name for rung in group], min(seconds, _STAGE_SECONDS.get(stage, seconds))]
        for stage, group in groupby(rungs, key=lambda rung: rung.stage)
    ]
    settings = {"nonce": nonce, "seconds": seconds, "stages": stages}
    sources = [[name, _source(name)] for name in _MODULES]
    return (f"SETTINGS = {_literal(settings)}\nSOURCES = {_literal(sources)}\n{_source('boot')}").encode(
        "ascii"
    )


def _literal(value: object) -> str:
    """A Python string literal that holds *value* as JSON."""
    return repr(json.dumps(value))
