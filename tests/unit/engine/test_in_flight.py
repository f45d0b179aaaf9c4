from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tf_docker_check.engine.in_flight import DeadlineExceeded, InFlight
from tf_docker_check.errors import EngineError


def test_everything_under_way_is_stopped_even_if_one_resists() -> None:
    running, stopped = InFlight(), []

    def resist() -> None:
        raise OSError("no")

    with (
        pytest.raises(EngineError, match="a build was stopped"),
        running.track("a build", resist),
        running.track("a run", lambda: stopped.append("run")),
    ):
        running.stop_all()
    assert stopped == ["run"]


def test_what_ended_is_not_stopped() -> None:
    running, stopped = InFlight(), []
    with running.track("a run", lambda: stopped.append("run")):
        pass
    running.stop_all()
    assert stopped == []


def test_what_comes_after_is_stopped_before_it_begins() -> None:
    running, stopped = InFlight(), []
    running.stop_all()
    with (
        pytest.raises(EngineError, match="stopped"),
        running.track("late", lambda: stopped.append("late")),
    ):
        stopped.append("began")
    assert "began" not in stopped


def test_its_own_error_passes_through() -> None:
    with pytest.raises(KeyError), InFlight().track("a run", lambda: None):
        raise KeyError


def test_all_are_stopped_at_the_same_time() -> None:
    running, meet = InFlight(), threading.Barrier(2, timeout=5)
    with (
        pytest.raises(EngineError),
        running.track("a", meet.wait),
        running.track("b", meet.wait),
    ):
        running.stop_all()
    assert not meet.broken


def test_a_call_gives_its_answer_or_its_error() -> None:
    assert InFlight().call("a pull", 5, lambda: 7, lambda: None) == 7
    with pytest.raises(TimeoutError, match="its own"):
        InFlight().call("a pull", 5, _raise(TimeoutError("its own")), lambda: None)


@pytest.mark.parametrize("heeds", [True, False])
@pytest.mark.parametrize("stopped", [True, False])
def test_a_call_that_hangs_is_cut_and_at_worst_left_behind(
    monkeypatch: pytest.MonkeyPatch, stopped: bool, heeds: bool
) -> None:
    monkeypatch.setattr("tf_docker_check.engine.in_flight.NOTICE", 0.1)
    running, released, cut, began = InFlight(), threading.Event(), [], time.monotonic()
    if stopped:
        threading.Timer(0.05, running.stop_all).start()

    def cutting() -> None:
        cut.append(True)
        if heeds:
            released.set()

    with pytest.raises(EngineError if stopped else DeadlineExceeded, match="a pull"):
        running.call("a pull", 30 if stopped else 0.05, released.wait, cutting)
    assert cut == [True]
    assert time.monotonic() - began < 5
    released.set()


def _raise(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act
