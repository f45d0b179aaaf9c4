from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.resources.probes import sandbox
from tf_docker_check.resources.probes.child import in_child

pytestmark = pytest.mark.outside


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    sandbox.sandbox(found.__setitem__)
    return found


def test_an_ordinary_machine_refuses_nothing() -> None:
    found = facts()
    assert found["threads.started"] == found["threads.wanted"] >= 4
    assert "threads.error" not in found
    assert found["syscalls.refused"] == []
    assert found["shm.error"] == ""


def test_threads_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "start", lambda wanted, say: say(f"3 {errno.EAGAIN}"))
    found = facts()
    assert (found["threads.started"], found["threads.error"]) == (3, "EAGAIN")


def test_not_even_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "no")

    monkeypatch.setattr(os, "fork", refuse)
    found = facts()
    assert (found["threads.started"], found["threads.error"]) == (0, "EAGAIN")
    assert found["syscalls.refused"] == []


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (lambda say: say("clone3 1 statx 14 "), ["clone3"]),
        (lambda say: (say("clone3 22 statx "), os.kill(os.getpid(), 9)), ["statx"]),
    ],
)
def test_calls_that_are_refused(monkeypatch: pytest.MonkeyPatch, act: Any, refused: list[str]) -> None:
    monkeypatch.setattr(sandbox, "call", lambda numbers, say: act(say))
    assert sandbox.refused_calls() == refused


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="machine code of x86-64")
def test_the_cpu_agrees_with_the_kernel() -> None:
    flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    assert facts()["cpu.avx"] == (" avx " in flags)


def test_a_child_that_never_ends_is_killed() -> None:
    import time

    assert in_child(lambda say: (say("begun"), time.sleep(60)), 0.3) == (None, 9)
