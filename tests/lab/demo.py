"""The demo: a real matrix through the command, on this machine, and whether it came out as it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lab import cache, ground
from lab.ground import Ground
from lab.say import say
from tf_docker_check.errors import EngineError

PROJECT = Path(__file__).parents[2] / "examples/demo"
RESULTS = Path("tf-docker-check-results")
IMAGES = ("python:3.11-slim", "tensorflow/tensorflow:2.21.0", "tensorflow/tensorflow:2.21.0-gpu")
AT_FAULT = {"pinned-on-slim/tf2.21.0/py3.11@cpu": "protobuf-incompat"}
"""The cells that fail for a real reason, with the cause."""


def run() -> int:
    """Set up, check, judge; 0 where exactly those cells failed that should. Raises EngineError."""
    found = ground.up(IMAGES)
    config = write_config(found, with_cuda=bool(os.environ.get("DEMO_CUDA")))
    program = Path(sys.executable).with_name("tf-docker-check")
    command = [program, "run", "--project", PROJECT, "--config", config, "--output", RESULTS]
    code = subprocess.run(list(map(str, command)), env=found.environment, check=False).returncode
    if code not in {0, 1}:
        raise EngineError(f"the demo did not come to an end: exit code {code}")
    surprises = judge(json.loads((RESULTS / "results.json").read_text()))
    for surprise in surprises:
        say(surprise)
    if not surprises:
        say(f"as it should be: only {', '.join(AT_FAULT)} fails, for a reason; files are in {RESULTS}/")
    return 1 if surprises else 0


def write_config(found: Ground, *, with_cuda: bool) -> Path:
    """The demo's configuration, and what this machine needs besides."""
    more: dict[str, object] = {}
    if found.mirrors:
        more["mirrors"] = found.mirrors
    if found.ca_bundle:
        more["build"] = {"ca-bundle": found.ca_bundle}
    if not with_cuda:
        more["matrix"] = {"exclude": ["slim-cuda/*"]}
    text = (PROJECT / ".github/tf-docker-check.yml").read_text()
    lines = [f"{key}: {json.dumps(value)}" for key, value in more.items()]
    path = cache.folder() / "demo.yml"
    path.write_text("\n".join([text, "# for this machine", *lines, ""]))
    return path


def judge(results: dict[str, list[dict[str, object]]]) -> list[str]:
    """What in *results* is not as the demo promises."""
    told = {str(cell["id"]): cell for cell in results["cells"]}
    bad = {name for name, cell in told.items() if cell["status"] in {"failed", "errored"}}
    surprises = [
        f"{name} {told[name]['status']}: {told[name].get('reason', '')}"
        for name in sorted(bad - AT_FAULT.keys())
    ]
    for name, cause in AT_FAULT.items():
        if name not in bad:
            surprises.append(f"{name} should have failed")
        elif cause not in causes(told[name]):
            surprises.append(f"{name} failed, but not for {cause}: {told[name].get('reason', '')}")
    return surprises


def causes(cell: dict[str, object]) -> Sequence[str]:
    """The causes that were found for one cell."""
    findings = cell.get("findings") or []
    assert isinstance(findings, list)
    return [finding["cause"] for finding in findings]
