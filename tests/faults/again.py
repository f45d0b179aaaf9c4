"""The commands that a report shows under a failing cell, run: do they fail as the cell did?"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from faults.outcome import BAD
from tf_docker_check.report.reproduce import CELL, PARENT

MINUTES = 10
ENDLESS = 45
"""Seconds after which what the cell was stopped for is taken not to end here either."""

_DOCKER = """#!/bin/sh
if [ "$1" = run ]; then shift; exec {docker} run --cidfile "$CONTAINER" --log-driver none "$@"; fi
exec {docker} "$@"
"""
"""The engine keeps what a container prints, in several times its size; that nobody reads here."""

KEPT = 1 << 20
"""Bytes of what the commands print that are kept, at the beginning and at the end."""
_OURS = ("out of memory", "cannot pull", "there is no image", "before this check")
"""In reasons that no program printed, or whose exit code is the kernel's or the client's choice."""

_NOT_OPENED = re.compile(r"^OSError: (lib\S+): cannot open shared object file", re.MULTILINE)
"""What the loader says of a library that a reason names in our words."""

_SIGNALS = re.compile(r"killed by (SIG[A-Z]+)|ended with exit code (\d+)")


@dataclass(frozen=True)
class Again:
    """How the commands ended. `code` is None where they were still running when the time was over."""

    code: int | None
    output: str


def repeated(cell: Mapping[str, Any], project: Path, environment: Mapping[str, str], name: str) -> str:
    """What is wrong with the commands of *cell*, run in *project*; empty where nothing is.

    A cell that says why it has no commands is not wrong. *name* keeps its images from other cells'.
    """
    commands = str(cell.get("reproduce", ""))
    if cell["status"] not in BAD or commands.startswith("# "):
        return ""
    if not commands:
        return "no commands, and no word why"
    late = "timed out" in str(cell.get("reason"))
    script = commands.replace(CELL, f"{CELL}-{name}").replace(PARENT, f"{PARENT}-{name}")
    with _client(environment) as given:
        again = _run(script, project, given, ENDLESS if late else 60 * MINUTES)
        images = [f"{tag}-{name}" for tag in (CELL, PARENT) if tag in commands]
        for image in images:
            subprocess.run(
                ["docker", "rmi", "-f", image], env=dict(environment), capture_output=True, check=False
            )
    return unlike(cell, again)


def unlike(cell: Mapping[str, Any], again: Again) -> str:
    """How *again* is not as *cell*, in words; empty where it is."""
    reason = str(cell.get("reason", ""))
    if "timed out" in reason or again.code is None:
        return (
            "" if "timed out" in reason and again.code is None else f"ended with {again.code}: {_end(again)}"
        )
    if again.code == 0:
        return f"the commands pass; the cell did not: {reason}"
    if any(words in reason for words in _OURS):
        return ""
    ended = _SIGNALS.search(reason)
    if ended and not (cell.get("build") or {}).get("reason"):
        number = signal.Signals[ended[1]] + 128 if ended[1] else int(ended[2])
        return "" if again.code == number else f"ended with {again.code}, not {number}: {_end(again)}"
    return "" if _said(reason, again.output) else f"other words than {reason!r}: {_end(again)}"


def _said(reason: str, output: str) -> bool:
    """Whether most of the words of *reason* are in *output*, or the library it names is not found there."""
    if any(library in reason for library in _NOT_OPENED.findall(output)):
        return True
    words = set(re.findall(r"[A-Za-z0-9_./-]{4,}", reason.partition(": ")[2] or reason))
    return sum(word in output for word in words) * 2 >= len(words)


def _end(again: Again) -> str:
    return " / ".join(again.output.strip().splitlines()[-3:])[-300:]


@contextmanager
def _client(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """*environment* with a docker in front that writes down which container it starts; that is removed."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        program = place / "docker"
        program.write_text(_DOCKER.format(docker=shutil.which("docker", path=environment.get("PATH"))))
        program.chmod(0o755)
        if buildx := shutil.which("docker-buildx", path=environment.get("PATH")):
            plugins = place / "config" / "cli-plugins"
            plugins.mkdir(parents=True)
            (plugins / "docker-buildx").symlink_to(buildx)
        container = place / "container"
        path = f"{folder}:{environment.get('PATH', os.defpath)}"
        yield {
            **environment,
            "PATH": path,
            "CONTAINER": str(container),
            "DOCKER_CONFIG": str(place / "config"),
        }
        if container.exists():
            command = ["docker", "rm", "-f", container.read_text()]
            subprocess.run(command, env=dict(environment), capture_output=True, check=False)


def _run(script: str, project: Path, environment: dict[str, str], seconds: float) -> Again:
    with TemporaryFile() as output:
        process = subprocess.Popen(
            ["sh", "-c", script],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
        return Again(code, _ends(output).decode(errors="replace"))


def _ends(output: IO[bytes]) -> bytes:
    """The beginning and the end of *output*."""
    size = output.seek(0, os.SEEK_END)
    output.seek(0)
    start = output.read(KEPT)
    output.seek(max(KEPT, size - KEPT))
    return start + output.read()
