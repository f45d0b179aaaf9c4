from __future__ import annotations

import pytest

from tf_docker_check.engine.running import Running
from tf_docker_check.errors import EngineError


def test_everything_under_way_is_stopped_even_if_one_resists() -> None:
    running, stopped = Running(), []

    def resist() -> None:
        raise OSError("no")

    with (
        pytest.raises(EngineError, match="a build was stopped"),
        running.until_done("a build", resist),
        running.until_done("a run", lambda: stopped.append("run")),
    ):
        running.stop_all()
    assert stopped == ["run"]


def test_what_ended_is_not_stopped() -> None:
    running, stopped = Running(), []
    with running.until_done("a run", lambda: stopped.append("run")):
        pass
    running.stop_all()
    assert stopped == []


def test_what_comes_after_is_stopped_before_it_begins() -> None:
    running, stopped = Running(), []
    running.stop_all()
    with (
        pytest.raises(EngineError, match="stopped"),
        running.until_done("late", lambda: stopped.append("late")),
    ):
        stopped.append("began")
    assert "began" not in stopped


def test_its_own_error_passes_through() -> None:
    with pytest.raises(KeyError), Running().until_done("a run", lambda: None):
        raise KeyError
