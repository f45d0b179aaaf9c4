"""The demo's matrix through the tool and through a script, cold and warm."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lab.base import Ground

from bench.bound import critical_seconds
from bench.clock import output, program, seconds
from bench.fresh import hub, remove_by_hand
from bench.six import TOGETHER
from lab import demo

SCRIPT = Path(__file__).with_name("by_hand.sh")


def measure(ground: Ground, environment: Mapping[str, str], scratch: Path) -> Iterator[tuple[str, float]]:
    """Names and seconds: script and tool, cold and warm, and the engine's bound of the tool's runs."""
    with hub(ground) as prefix:
        try:
            for state in ("cold", "warm"):
                yield f"script, {state}", seconds([SCRIPT, prefix, demo.PROJECT, TOGETHER], environment)
        finally:
            remove_by_hand(ground.docker_host)
    with hub(ground) as prefix:
        config = demo.write_config(replace(ground, mirrors={"docker.io": prefix}), with_cuda=False)
        for state in ("cold", "warm"):
            yield from _tool(config, state, environment, scratch / state)


def _tool(config: Path, state: str, environment: Mapping[str, str], out: Path) -> Iterator[tuple[str, float]]:
    workers = os.cpu_count() or 2
    tool, project = program("tf-docker-check"), ["--project", demo.PROJECT, "--config", config]
    plan = json.loads(output([tool, "plan", *project, "--format", "json"], environment))
    run = [tool, "run", "-q", *project, "--output", out, "--max-parallel", workers]
    yield f"tool, {state}", seconds(run, environment, codes=(0, 1))
    results = json.loads((out / "results.json").read_text())
    yield f"engine's bound, {state}", critical_seconds(plan, results, workers)
