"""The demo's matrix through the tool and through a script, cold and warm."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.bound import critical_seconds
from bench.clock import program, seconds
from bench.fresh import hub, remove_by_hand
from bench.six import TOGETHER
from lab import demo
from lab.ground import Ground

SCRIPT = Path(__file__).with_name("by_hand.sh")


def measure(ground: Ground, environment: Mapping[str, str], scratch: Path) -> dict[str, float]:
    """Seconds by name: script and tool, cold and warm, and the engine's bound of each of the tool's runs."""
    workers = os.cpu_count() or 2
    found: dict[str, float] = {}
    with hub(ground) as prefix:
        command = [SCRIPT, prefix, demo.PROJECT, TOGETHER]
        for state in ("cold", "warm"):
            found[f"script, {state}"] = seconds(command, environment)
    remove_by_hand(ground.docker_host)
    with hub(ground) as prefix:
        config = demo.write_config(replace(ground, mirrors={"docker.io": prefix}), with_cuda=False)
        options = ["--project", demo.PROJECT, "--config", config]
        plan = json.loads(
            _output([program("tf-docker-check"), "plan", *options, "--format", "json"], environment)
        )
        for state in ("cold", "warm"):
            out = scratch / state
            run = [
                program("tf-docker-check"),
                "run",
                "-q",
                *options,
                "--output",
                out,
                "--max-parallel",
                workers,
            ]
            found[f"tool, {state}"] = seconds(run, environment, codes=(0, 1))
            results = json.loads((out / "results.json").read_text())
            found[f"engine's bound, {state}"] = critical_seconds(plan, results, workers)
    return found


def _output(command: list[object], environment: Mapping[str, str]) -> str:
    return subprocess.run(
        list(map(str, command)), env=dict(environment), capture_output=True, text=True, check=True
    ).stdout
