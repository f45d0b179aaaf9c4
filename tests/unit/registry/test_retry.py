from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from tf_docker_check.net.retry import ATTEMPTS, RetryableError
from tf_docker_check.registry import retry
from tf_docker_check.registry.errors import Throttled, Unreachable
from tf_docker_check.registry.retry import repeat, within


def test_patience_doubles_and_ends():
    slept: list[float] = []

    def fail(_: float) -> None:
        raise RetryableError("it answered 500")

    with pytest.raises(Unreachable, match="the registry r"):
        repeat(fail, "r.example", slept.append)
    assert slept == [0.5, 1.0, 2.0, 4.0]
    assert len(slept) == ATTEMPTS - 1


def test_a_registry_that_asks_for_an_hour_is_not_waited_for():
    slept: list[float] = []

    def fail(_: float) -> None:
        raise RetryableError("it answered 429", limited=True, after=3600)

    with pytest.raises(Throttled) as raised:
        repeat(fail, "r.example", slept.append)
    assert slept == []
    assert "3600 s" in str(raised.value)


def test_all_attempts_share_one_patience():
    given: list[float] = []
    times = iter([0.0, 30.0, 100.0, 125.0, 200.0, 206.0])

    def fail(seconds: float) -> None:
        given.append(seconds)
        raise RetryableError("it was silent")

    with pytest.raises(Unreachable):
        repeat(fail, "r.example", lambda _: None, lambda: next(times), patience=60.0)
    assert given == [60.0, 30.0, 5.0]


def test_a_long_pause_is_told(capsys):
    replies = iter([RetryableError("it answered 429", limited=True, after=30.0)])

    def once(_: float) -> str:
        for error in replies:
            raise error
        return "answer"

    assert repeat(once, "r.example", lambda _: None) == "answer"
    assert "retrying the registry r.example in 30 s: it answered 429" in capsys.readouterr().err


def test_who_is_waited_for_is_told_and_what_comes_late_is_let_go(monkeypatch, capsys):
    monkeypatch.setattr(retry, "NOTICE_AFTER", 0.01)
    late, closed = threading.Event(), threading.Event()

    def answer() -> object:
        late.wait(10)
        return SimpleNamespace(close=closed.set)

    with pytest.raises(RetryableError, match="no complete response"):
        within(answer, 0.05, "r.example")
    assert "waiting for the registry r.example" in capsys.readouterr().err
    late.set()
    assert closed.wait(10)
    assert within(lambda: "at once", 5, "r.example") == "at once"
    with pytest.raises(ZeroDivisionError):
        within(lambda: 1 // 0, 5, "r.example")
