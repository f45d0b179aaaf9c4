"""An engine that answers: the one that is there, or one from the distribution's packages."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from lab import apt, cache, leftovers
from lab.command import plain_environment, run, which
from lab.say import say
from tf_docker_check.engine import discover
from tf_docker_check.engine.endpoint import DOCKER_SOCKET, Endpoint
from tf_docker_check.errors import EngineError

START_SECONDS = 90.0
DATA_ROOT = Path("/var/lib/docker")
PID_FILE = Path("/run/docker.pid")
OURS = Endpoint(f"unix://{DOCKER_SOCKET}", "Docker's default socket")

_started: list[subprocess.Popen[bytes]] = []  # they outlive us: nobody waits for them


def ensure() -> str:
    """The address of an engine that answers.

    Where none does and this is root's Debian or Ubuntu, one is installed and started. An engine
    that somebody named (DOCKER_HOST, DOCKER_CONTEXT) never gets another one beside it.
    Raises EngineError, which says what to install.
    """
    try:
        return discover.find_endpoint().host
    except EngineError:
        if os.environ.get("DOCKER_HOST") or os.environ.get("DOCKER_CONTEXT") or not apt.usable():
            raise
    if not which("dockerd"):
        say("no container engine here: installing docker.io from the distribution")
        apt.install("docker.io")
    start()
    return OURS.host


def start() -> None:
    """Start dockerd over whatever a dead one left. Raises EngineError."""
    running = leftovers.owner(PID_FILE, "dockerd")
    if running:
        say(f"dockerd runs already (process {running}), waiting for it")
        return _wait(None)
    if Path("/run/systemd/system").is_dir():
        run(["systemctl", "start", "docker"])
        return _wait(None)
    try:
        _wait(_launch())
    except EngineError as error:
        if leftovers.owner(PID_FILE, "dockerd"):  # a service came first
            return _wait(None)
        say(f"dockerd did not come up: {error.what}")
        moved = leftovers.set_aside(DATA_ROOT, time.strftime("%Y%m%d%H%M%S"))
        if not moved:
            raise
        say(f"set aside what may be half-written: {', '.join(map(str, moved))}")
        _wait(_launch())


def _launch() -> subprocess.Popen[bytes]:
    stale = leftovers.stale()
    if stale:
        say(f"removing what a dead engine left: {', '.join(map(str, stale))}")
        leftovers.remove(stale)
    with _log().open("ab") as log:
        daemon = subprocess.Popen(
            [which("dockerd") or "dockerd"],
            env=plain_environment(),  # without sbin on PATH it would miss iptables
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
    _started.append(daemon)
    say(f"started dockerd (process {daemon.pid}, log: {_log()})")
    return daemon


def _wait(daemon: subprocess.Popen[bytes] | None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while problem := discover.connection_problem(OURS):
        if daemon and daemon.poll() is not None:
            raise EngineError(f"dockerd ended with {daemon.returncode}", why=_last_words())
        if time.monotonic() > deadline:
            _give_up(daemon, problem)
        time.sleep(0.3)


def _give_up(daemon: subprocess.Popen[bytes] | None, problem: str) -> None:
    if daemon:
        daemon.terminate()
        daemon.wait(30)
    raise EngineError(
        f"dockerd did not answer within {START_SECONDS:.0f} s: {problem}",
        why=_last_words() if daemon else "it runs, but not for us",
        remedy="stop it, or set DOCKER_HOST to an engine that answers",
    )


def _last_words() -> str:
    return "\n".join(_log().read_text(errors="replace").splitlines()[-8:])


def _log() -> Path:
    return cache.folder("log") / "dockerd.log"
