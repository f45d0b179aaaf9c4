"""Inside `isolated.sh`: start an engine, do to it what the argument names, and start it again."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from lab import engine
from tf_docker_check.engine import discover

RUN = Path("/run")
PID_FILES = (RUN / "docker.pid", RUN / "docker/containerd/containerd.pid")


def kill() -> None:
    for path in PID_FILES:
        with suppress(ProcessLookupError):  # containerd dies with its dockerd
            os.kill(int(path.read_text()), signal.SIGKILL)
    while not discover.connection_problem(engine.OURS):
        time.sleep(0.1)


def reuse_numbers() -> None:
    """Both pid files name a living process that is no engine, and a socket is left that nobody serves."""
    kill()
    for path in PID_FILES:
        path.write_text(str(os.getpid()))
    (RUN / "containerd").mkdir()
    socket.socket(socket.AF_UNIX).bind("/run/containerd/containerd.sock")


def half_write() -> None:
    kill()
    for name in ("network/files/local-kv.db", "buildkit/cache.db"):
        (engine.DATA_ROOT / name).write_bytes(b"half" * 1000)


if __name__ == "__main__":
    engine.ensure()
    {"kill": kill, "reuse-numbers": reuse_numbers, "half-write": half_write}[sys.argv[1]]()
    print(engine.ensure())
