from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tf_docker_check.engine.child import follow
from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.engine.owner import process_state
from tf_docker_check.errors import EngineError

pytestmark = pytest.mark.outside


def shell(script: str, seconds: float = 30.0, in_flight: InFlight | None = None) -> tuple[int, bool, bytes]:
    came: list[bytes] = []
    status, late = follow(["sh", "-c", script], os.environ, seconds, in_flight or InFlight(), came.append)
    return status, late, b"".join(came)


def test_its_stderr_and_status_are_told() -> None:
    assert shell("echo out; echo err >&2; exit 3") == (3, False, b"err\n")


def test_at_its_limit_it_is_stopped_with_its_children() -> None:
    began = time.monotonic()
    status, late, said = shell("echo up >&2; sleep 100 & wait", seconds=0.5)
    assert (status, late, said) == (-15, True, b"up\n")
    assert time.monotonic() - began < 20


def test_what_ignores_sigterm_is_killed() -> None:
    status, late, _ = shell("trap '' TERM; while :; do sleep 1; done", seconds=0.5)
    assert (status, late) == (-9, True)


def test_stopping_everything_stops_it() -> None:
    in_flight = InFlight()
    threading.Timer(0.5, in_flight.stop_all).start()
    with pytest.raises(EngineError, match="stopped"):
        shell("sleep 100", in_flight=in_flight)


def test_a_program_that_is_gone_is_said() -> None:
    with pytest.raises(EngineError, match="cannot start /no/such/program"):
        follow(["/no/such/program"], {}, 1.0, InFlight(), lambda data: None)


def test_it_ends_when_we_are_killed(tmp_path: Path) -> None:
    script = (
        "import os; from tf_docker_check.engine.child import follow; "
        "from tf_docker_check.engine.in_flight import InFlight; "
        f"follow(['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 1000'], os.environ, 9, InFlight(), print)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert parent.poll() is None
        time.sleep(0.05)
    child = int((tmp_path / "pid").read_text())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 30
    while (state := process_state(child)) and state[0] not in "ZX":
        assert time.monotonic() < deadline, "it outlives us"
        time.sleep(0.05)
