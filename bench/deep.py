"""One cell with the checks that look deep, without them, and with all there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lab.base import Ground

from bench.clock import program, seconds, side_by_side

ROUNDS = 3
WAYS: dict[str, dict[str, Any]] = {
    "cell, deep checks off": {"profile": "standard", "disable": ["environment", "libraries"]},
    "cell, deep checks on": {"profile": "standard"},
    "cell, profile full": {"profile": "full"},
}
"""What is configured. The deep checks are those that look into files, packages and the container itself."""


def measure(ground: Ground, environment: Mapping[str, str], scratch: Path) -> Iterable[tuple[str, float]]:
    """Names and median seconds of each way."""
    commands = {name: _command(ground, scratch / name, checks) for name, checks in WAYS.items()}
    return side_by_side(
        {name: partial(seconds, command, environment) for name, command in commands.items()},
        ROUNDS,
    ).items()


def _command(ground: Ground, folder: Path, checks: Mapping[str, Any]) -> list[object]:
    folder.mkdir()
    config = folder / "config.json"
    settings = {
        "defaults": {"tensorflow": "2.21.0"},
        "strategies": ["official"],
        "mirrors": ground.mirrors,
        "checks": checks,
    }
    config.write_text(json.dumps(settings))
    tool = [program("tf-docker-check"), "run", "-q", "--project", folder, "--config", config]
    return [*tool, "--output", folder / "results"]
