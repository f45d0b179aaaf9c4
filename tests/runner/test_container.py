from __future__ import annotations

import sys
import time

import pytest

from runner import container

pytestmark = pytest.mark.outside


def started(script: str, took: list[str]) -> container.Running:
    return container.start([sys.executable, "-u", "-c", script], {"A": "b"}, took.append)


def test_both_streams_are_read_by_the_runners_lines() -> None:
    took: list[str] = []
    script = (
        "import os; os.write(1, b'a\\rb\\r\\nc'); os.write(2, os.environ['A'].encode() + b'\\xff'); exit(3)"
    )
    assert started(script, took).end(20) == 3
    assert sorted(took) == ["a", "b", "b\ufffd", "c"]


@pytest.mark.parametrize(
    ("heeded", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGUSR1", -9)], ids=["first", "second", "never"]
)
def test_a_cancelled_step_is_asked_twice_and_then_killed(
    heeded: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuple((number, 0.3) for number, _ in container.CANCELLATION[:-1])
    monkeypatch.setattr(container, "CANCELLATION", (*quick, container.CANCELLATION[-1]))
    took: list[str] = []
    running = started(
        "import os, signal, time\n"
        "for name in ('SIGINT', 'SIGTERM'): signal.signal(getattr(signal, name), signal.SIG_IGN)\n"
        f"signal.signal(signal.{heeded}, lambda number, _: os._exit(128 + number))\n"
        "print('ready')\n"
        "time.sleep(60)\n",
        took,
    )
    while not took:
        time.sleep(0.01)
    assert running.cancel() == code
