"""Identify the process that made something, and whether it has ended.

A process is known by its machine's id, the boot, its pid namespace, its pid and its start time, so a
pid that was given out again, or that means another process in another container, is never taken for it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

UNKNOWN = "0"
HOST_NAMESPACE = "4026531836"
"""The number of the first pid namespace (PROC_PID_INIT_INO in linux/proc_ns.h), where no container runs."""

_CONTAINER = re.compile(r"/(?:overlay-)?containers/([0-9a-f]{64})/")  # of Docker, of Podman
_OWNER = re.compile(r"([0-9a-f]{1,16})\.([0-9a-f]{1,16})\.([0-9]{1,20})\.([0-9]{1,10})\.([0-9]{1,20})")


@dataclass(frozen=True)
class Owner:
    """A process. `start` is in clock ticks since the boot, which no change of the clock moves."""

    machine: str = UNKNOWN
    boot: str = UNKNOWN
    namespace: str = UNKNOWN
    pid: int = 0
    start: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, astuple(self)))


def parse_owner(text: str) -> Owner | None:
    """Parse an owner; None where *text* is not one."""
    match = _OWNER.fullmatch(text)
    return Owner(match[1], match[2], match[3], int(match[4]), int(match[5])) if match else None


def this_process(root: Path = Path("/")) -> Owner:
    """Return this process. Without /proc all but the pid is unknown, and `has_ended` returns None for it."""
    namespace = _namespace(root)
    state = process_state(os.getpid(), root)
    return Owner(
        # an image may come with a machine's id, the same on every machine that runs it
        machine=_hash(root / "etc/machine-id") if namespace == HOST_NAMESPACE else UNKNOWN,
        boot=_hash(root / "proc/sys/kernel/random/boot_id"),
        namespace=namespace,
        pid=os.getpid(),
        start=state[1] if state else 0,
    )


def this_container(root: Path = Path("/")) -> str:
    """Return the id of the container we run in; empty outside of containers."""
    with suppress(OSError):
        match = _CONTAINER.search((root / "proc/self/mountinfo").read_text("utf-8", "replace"))
        return match[1] if match and _namespace(root) != HOST_NAMESPACE else ""
    return ""


def has_ended(
    owner: Owner,
    us: Owner,
    *,
    local: bool = False,
    container_runs: bool | None = None,
    lives: Callable[[Owner], bool] | None = None,
) -> bool | None:
    """Return whether the process *owner* has ended, as seen from *us*; None if unknown.

    `container_runs` is the engine's state of the container that *owner* ran in. `local`: the leftovers are on
    this machine, so a process of an earlier boot has ended.
    """
    known = UNKNOWN not in (owner.boot, owner.namespace) and owner.start
    if known and (owner.boot, owner.namespace) == (us.boot, us.namespace):
        return not (lives or is_alive)(owner)
    if container_runs is not None:
        return not container_runs
    rebooted = known and owner.machine != UNKNOWN and owner.machine == us.machine and owner.boot != us.boot
    return True if rebooted and local and us.boot != UNKNOWN else None


def is_alive(owner: Owner) -> bool:
    """Return whether the process lives; it must be of our pid namespace. Without permission to look: True."""
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    state = process_state(owner.pid)
    return state is None or (state[0] not in "ZX" and state[1] == owner.start)


def process_state(pid: int, root: Path = Path("/")) -> tuple[str, int] | None:
    """Return a process's state letter and start time in clock ticks; None where it cannot be read."""
    try:
        text = (root / f"proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # a program's name may hold anything, brackets too
    return (fields[0], int(fields[19])) if len(fields) > 19 and fields[19].isdecimal() else None


def _namespace(root: Path) -> str:
    try:
        return (root / "proc/self/ns/pid").readlink().name.removeprefix("pid:[").removesuffix("]")
    except OSError:
        return UNKNOWN


def _hash(path: Path) -> str:
    """Hash the id in *path*, which is confidential itself (machine-id(5))."""
    try:
        text = path.read_text("ascii", "replace").strip()
    except OSError:
        return UNKNOWN
    return hashlib.sha256(f"tf-docker-check {text}".encode()).hexdigest()[:12] if text else UNKNOWN
