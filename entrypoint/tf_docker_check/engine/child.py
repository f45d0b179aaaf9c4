"""One child process, its output followed, its end within a time limit."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache

from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.errors import EngineError

CHUNK = 64 * 1024
PARENT_DEATH_OPTIONS = ("--pdeathsig", "KILL")
"""Options of setpriv (util-linux 2.33): the kernel kills the child when the thread that started it ends.

That thread is the one that waits for it, so that is when we are killed. Python's own means of doing
this, a function between fork and exec, may hang in a process with threads.
"""
KILL_GRACE = 3.0  # seconds between SIGTERM, on which buildx stops the build in the engine, and SIGKILL


def follow(
    command: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    in_flight: InFlight,
    take: Callable[[bytes], None],
    *,
    at_limit: Callable[[], object] = bool,
) -> tuple[int, bool]:
    """Run *command*, hand its stderr to *take*; return its exit status and whether it had to be stopped.

    `at_limit` is called after *seconds*, before it is stopped.
    It is a process group of its own: a Ctrl-C at the terminal reaches us, and we stop it.
    Raises EngineError where it cannot be started.
    """
    expired = threading.Event()
    process = _start(command, environment)

    def expire() -> None:
        expired.set()
        at_limit()
        _stop(process)

    timer = threading.Timer(seconds, expire)
    with process, in_flight.track("a build", lambda: _stop(process)):
        timer.start()
        try:
            _read(process, take)
            return process.wait(), expired.is_set()
        finally:
            timer.cancel()
            _stop(process)


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*(_parent_death_command() if shutil.which(command[0]) else ()), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(f"cannot start {command[0]}", why=str(error)) from error


@cache
def _parent_death_command() -> tuple[str, ...]:
    """Return the prefix that makes a command end when we do; empty without a suitable setpriv."""
    program = shutil.which("setpriv")
    try:
        probe = [program or "", *PARENT_DEATH_OPTIONS, "true"]
        subprocess.run(probe, capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return (program or "", *PARENT_DEATH_OPTIONS)


def _read(process: subprocess.Popen[bytes], take: Callable[[bytes], None]) -> None:
    assert process.stderr
    while data := os.read(process.stderr.fileno(), CHUNK):
        take(data)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, KILL_GRACE), (signal.SIGKILL, None)):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
