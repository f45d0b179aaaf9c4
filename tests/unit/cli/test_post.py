from __future__ import annotations

import pytest

from engine.fake import FakeEngine
from tf_docker_check.__main__ import post
from tf_docker_check.engine import labels
from tf_docker_check.errors import EngineError


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr("tf_docker_check.engine.connect.connect", lambda host: fake)
    return fake


def test_it_sweeps_its_own_steps_run_and_no_other(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_run", "17-1-abcd")
    asked = []
    monkeypatch.setattr(engine, "sweep", lambda wanted: asked.append(wanted) or 0)
    assert post() == 0
    assert asked == [labels.run_labels("17-1-abcd")]


def test_a_step_that_began_nothing_has_left_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STATE_run", raising=False)
    monkeypatch.setattr("tf_docker_check.engine.connect.connect", lambda host: pytest.fail("nothing to do"))
    assert (post(), capsys.readouterr().out) == (0, "")


def test_an_engine_that_has_gone_fails_no_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(_: str) -> None:
        raise EngineError("no engine answers")

    monkeypatch.setenv("STATE_run", "17-1-abcd")
    monkeypatch.setattr("tf_docker_check.engine.connect.connect", gone)
    assert (post(), capsys.readouterr().out) == (0, "::warning title=tf-docker-check::no engine answers\n")
