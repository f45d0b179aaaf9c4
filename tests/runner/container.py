"""`docker run` as the runner does it: Container/DockerCommandManager.cs, Runner.Sdk/ProcessInvoker.cs."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

CANCELLATION = ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5), (signal.SIGKILL, 60.0))
"""Signals to the docker client on cancellation, and the seconds each is given."""


def command(
    image: str,
    names: Iterable[str],
    volumes: Mapping[str, str],
    *,
    name: str,
    entrypoint: str = "",
    args: Sequence[str] = (),
) -> list[str]:
    """The command line. Variables go by name alone; their values are in the client's environment."""
    options = [option for variable in names for option in ("-e", variable)]
    options += [option for there, here in volumes.items() for option in ("-v", f"{there}:{here}")]
    options += ["--entrypoint", entrypoint] if entrypoint else []
    run = ["docker", "run", "--name", name, "--label", "9bd0a1", "--workdir", "/github/workspace", "--rm"]
    return [*run, *options, image, *args]


@dataclass(frozen=True)
class Running:
    """A container under way; its output goes line by line to whoever started it."""

    client: subprocess.Popen[str]
    readers: tuple[threading.Thread, ...]

    def end(self, seconds: float) -> int:
        """Wait for it; the exit code."""
        code = self.client.wait(seconds)
        for reader in self.readers:
            reader.join(seconds)
        return code

    def cancel(self) -> int:
        """End it as a cancelled job is ended; the exit code."""
        for number, patience in CANCELLATION:
            self.client.send_signal(number)
            try:
                return self.end(patience)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError("a killed process does not end")


def start(command: Sequence[str], environment: Mapping[str, str], take: Callable[[str], None]) -> Running:
    """Run *command*; both its streams are read as the runner reads them, lone CR included."""
    client = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,  # universal newlines: the very rule of StreamReader.ReadLine
        encoding="utf-8",
        errors="replace",
    )
    assert client.stdout
    assert client.stderr
    lock = threading.Lock()

    def follow(stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with lock:
                    take(line.removesuffix("\n"))

    readers = tuple(
        threading.Thread(target=follow, args=(each,), daemon=True) for each in (client.stdout, client.stderr)
    )
    for reader in readers:
        reader.start()
    return Running(client, readers)
