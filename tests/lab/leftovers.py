"""What a killed engine leaves behind, and which of it keeps the next one from starting.

A container engine that was killed, or whose disk was copied to a machine where it never ran, leaves
files that name processes and sockets that are no more. dockerd refuses to start over a pid file whose
number some other process has by now, and waits in vain on a containerd socket that nobody serves.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

PID_FILES = {"docker.pid": "dockerd", "docker/containerd/containerd.pid": "containerd"}
SOCKETS = (
    "docker.sock",
    "docker/containerd/containerd.sock",
    "docker/containerd/containerd.sock.ttrpc",
    "docker/containerd/containerd-debug.sock",
    "containerd/containerd.sock",
    "containerd/containerd.sock.ttrpc",
)
SUSPECTS = ("network/files/local-kv.db", "containerd/daemon", "buildkit")
"""Databases under the data root that an engine makes again when they are gone."""


def stale(run: Path = Path("/run"), proc: Path = Path("/proc")) -> list[Path]:
    """Files of a dead engine under *run*. Only to be asked while no dockerd lives."""
    sockets = [run / name for name in SOCKETS if (run / name).is_socket() and not served(run / name)]
    pid_files = [
        run / name
        for name, program in PID_FILES.items()
        if (run / name).exists() and not owner(run / name, program, proc)
    ]
    return pid_files + sockets


def owner(pid_file: Path, program: str, proc: Path = Path("/proc")) -> int:
    """The process that *pid_file* names, if that is a running *program*; else 0."""
    try:
        number = pid_file.read_text().strip()
    except OSError:
        return 0
    return int(number) if number.isdigit() and _program(proc / number) == program else 0


def served(path: Path) -> bool:
    """Whether somebody listens on this socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _program(process: Path) -> str:
    """The name of a process that still runs; zombies do not."""
    try:
        name, _, rest = (process / "stat").read_text().rpartition(")")
    except OSError:
        return ""
    return "" if rest.split()[:1] == ["Z"] else name.partition("(")[2]


def remove(paths: Iterable[Path]) -> None:
    """Remove what `stale` found."""
    for path in paths:
        path.unlink(missing_ok=True)


def set_aside(data_root: Path, stamp: str) -> list[Path]:
    """Rename the databases that a half-written state makes unreadable; images stay. The new names."""
    moved = []
    for name in SUSPECTS:
        path = data_root / name
        if path.exists():
            moved.append(path.rename(path.with_name(f"{path.name}.broken-{stamp}")))
    return moved
