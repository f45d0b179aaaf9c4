from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tf_docker_check.cli import stop
from tf_docker_check.cli.stop import Stopped, stoppable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Other tests get the handlers that were there."""
    before = {each: signal.getsignal(each) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def interrupted(number: signal.Signals, clean_up: Callable[[], None]) -> None:
    with stoppable():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        finally:
            clean_up()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_block_once_and_its_clean_up_in_peace(number: signal.Signals, code: int) -> None:
    cleaned: list[bool] = []

    def clean_up() -> None:
        for each in SIGNALS:
            os.kill(os.getpid(), each)
        cleaned.append(True)

    with pytest.raises(Stopped, match=number.name) as caught:
        interrupted(number, clean_up)
    assert cleaned == [True]
    assert caught.value.exit_code == code


def test_a_clean_up_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(stop, "CLEAN_UP", 0.05)
    monkeypatch.setattr(stop, "_end", ended.append)
    with pytest.raises(Stopped):
        interrupted(signal.SIGTERM, lambda: time.sleep(0.3))
    assert ended == [signal.SIGTERM]


def test_what_is_ignored_stays_ignored_and_all_is_as_before_in_the_end() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    before = [signal.getsignal(each) for each in SIGNALS]
    with stoppable():
        os.kill(os.getpid(), signal.SIGHUP)
    assert [signal.getsignal(each) for each in SIGNALS] == before
