"""Runs faults through the command line, two at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faults import giving, refusing
from faults.again import repeated
from faults.fault import SHARED, Fault
from faults.outcome import Outcome, differences
from lab import cache, ground
from lab.ground import Ground
from lab.stand_ins import BY_REFERENCE

AT_ONCE = 2
MINUTES = 15
UNLIKE = "its commands: "
"""How what is wrong with the commands that are shown begins."""


@dataclass(frozen=True)
class Run:
    """What one fault came to. `wrong` is empty where all is as expected."""

    fault: Fault
    got: Outcome
    seconds: float
    wrong: list[str]
    commands: str = ""  # what was shown to repeat it, where that was tried


def prepare(faults: Iterable[Fault]) -> Ground:
    """An engine, and the images that *faults* stand on. Raises EngineError."""
    named = {base for fault in faults for base in fault.bases}
    return ground.up([reference for reference in BY_REFERENCE if reference in named])


def run_all(
    faults: Iterable[Fault], found: Ground, told: Callable[[Run], None], *, again: bool = False
) -> list[Run]:
    """Run every fault; `told` hears of each in their order. *again*: run the commands that are shown, too."""
    runs = []
    with (
        refusing.serving() as address,
        giving.serving(found.docker_host) as generous,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        ready = replace(found, mirrors={**found.mirrors, refusing.NAME: address})
        for run in pool.map(lambda fault: run_one(fault, ready, generous, again=again), faults):
            told(run)
            runs.append(run)
    return runs


def run_one(fault: Fault, found: Ground, generous: str, *, again: bool = False) -> Run:
    """Run *fault* by the command line and compare; its files stay in the lab's cache.

    *generous* is the address of the engine of `faults.giving`.
    """
    output = cache.folder("faults", fault.name)
    config = output / "config.json"
    config.write_text(json.dumps(fault.document(_surroundings(fault, found, generous)), indent=1))
    started = time.monotonic()
    project = _project(fault, output)
    got = _outcome(project, config, output, found)
    wrong = differences(fault.expected, got)
    cell = _cell(output, fault.name) if again else {}
    if cell:
        engine = {"DOCKER_HOST": generous if fault.gives_gpu else found.docker_host}
        unlike = repeated(cell, project, {**os.environ, **found.environment, **engine}, fault.name)
        wrong += [f"{UNLIKE}{unlike}"] if unlike else []
    return Run(fault, got, time.monotonic() - started, wrong, cell.get("reproduce", ""))


def _cell(output: Path, name: str) -> dict[str, Any]:
    """The cell of the strategy *name* in the results; empty where there is none."""
    results = output / "results.json"
    cells = json.loads(results.read_text())["cells"] if results.exists() else []
    return next((cell for cell in cells if cell["cell"]["strategy"].startswith(name)), {})


def _project(fault: Fault, output: Path) -> Path:
    """Its folder, or a copy with what it shares with others."""
    if not fault.shared:
        return fault.folder
    copy = output / "project" / fault.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(fault.folder, copy)
    return Path(shutil.copytree(SHARED / fault.shared, copy, dirs_exist_ok=True))


def _surroundings(fault: Fault, found: Ground, generous: str) -> dict[str, Any]:
    build = {"build": {"ca-bundle": found.ca_bundle}} if found.ca_bundle else {}
    gpu = {"runners": {"gpu": {"gpu": "require", "docker-host": generous}}} if fault.gives_gpu else {}
    return {"mirrors": found.mirrors, **build, **gpu}


def _outcome(project: Path, config: Path, output: Path, found: Ground) -> Outcome:
    results = output / "results.json"
    results.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("tf-docker-check")
    command = [program, "run", "-q", "--max-parallel", "1", "--output", output]
    try:
        told = subprocess.run(
            [*map(str, command), "--project", str(project), "--config", str(config)],
            env=found.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=60 * MINUTES,
        )
    except subprocess.TimeoutExpired:
        return Outcome("no end", reason=f"stopped after {MINUTES} minutes")
    (output / "told.txt").write_text(told.stdout + told.stderr)
    if not results.exists():
        return Outcome("no results", reason=told.stderr[-500:])
    return Outcome.of(json.loads(results.read_text()), project.name)
