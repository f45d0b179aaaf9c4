"""The six basic checks of one image: the tool, one process doing all six, container-structure-test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from lab.base import Ground

from bench.clock import program, seconds, side_by_side
from bench.six import IMPORT, OUR_NAMES, SIX, TOGETHER
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.probe.check_specs import LADDER

REFERENCE = "tensorflow/tensorflow:2.21.0"
ROUNDS = 3


def measure(ground: Ground, environment: Mapping[str, str], scratch: Path) -> Iterable[tuple[str, float]]:
    """Names and median seconds of each way."""
    image = BY_REFERENCE[REFERENCE].tag if ground.mirrors else REFERENCE
    config, suite = _config(ground, scratch), _suite(scratch)
    tool = [program("tf-docker-check"), "run", "-q", "--project", scratch, "--config", config]
    ways: dict[str, list[object]] = {
        "one process": ["docker", "run", "--rm", "--network", "none", image, "python", "-c", TOGETHER],
        "tool": [*tool, "--output", scratch / "results"],
        "container-structure-test": [
            program("container-structure-test"), "test", "--image", image, "--config", suite,
        ],
    }  # fmt: skip
    return side_by_side(
        {name: partial(seconds, command, environment) for name, command in ways.items()},
        ROUNDS,
    ).items()


def _config(ground: Ground, scratch: Path) -> Path:
    others = [rung.name for rung in LADDER if rung.name not in OUR_NAMES and not rung.keep]
    path = scratch / "six.yml"
    settings = {
        "defaults": {"tensorflow": "2.21.0"},
        "strategies": ["official"],
        "mirrors": ground.mirrors,
        "checks": {"profile": "standard", "disable": others},
    }
    path.write_text(json.dumps(settings))
    return path


def _suite(scratch: Path) -> Path:
    tests = [
        {"name": name, "command": "python", "args": ["-c", f"{IMPORT}\n{code}"]} for name, code in SIX.items()
    ]
    path = scratch / "suite.json"
    path.write_text(json.dumps({"schemaVersion": "2.0.0", "commandTests": tests}))
    return path
