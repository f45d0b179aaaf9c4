"""Each in a process of its own: a signal is a process's, and so is what ignores it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.outside

SCRIPT = """
import os, signal, sys, threading
from tf_docker_check.cli import stop

def send(*numbers):
    for number in numbers:
        os.kill(os.getpid(), number)

def wait():
    threading.Event().wait(60)

"""


def run(body: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of Python that carries out *body*."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + body], capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_block_once_and_its_clean_up_in_peace(number: signal.Signals, code: int) -> None:
    body = f"""
try:
    with stop.stoppable():
        try:
            send({int(number)})
            wait()
        finally:
            send(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            print("cleaned up")
except stop.Stopped as stopped:
    print(stopped)
    sys.exit(stopped.exit_code)
"""
    assert run(body) == (code, f"cleaned up\n{number.name}\n", "")


def test_a_clean_up_that_takes_too_long_is_given_up() -> None:
    code, _, said = run(
        """
stop.CLEAN_UP = 0.01
with stop.stoppable():
    try:
        send(signal.SIGTERM)
        wait()
    finally:
        wait()
"""
    )
    assert code == 143
    assert "may be left" in said


def test_what_is_ignored_stays_ignored_and_all_is_as_before_in_the_end() -> None:
    body = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
before = [signal.getsignal(each) for each in numbers]
with stop.stoppable():
    send(signal.SIGHUP)
print(before == [signal.getsignal(each) for each in numbers])
"""
    assert run(body) == (0, "True\n", "")
