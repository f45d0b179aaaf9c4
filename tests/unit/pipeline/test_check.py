from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.fake import FakeEngine, Script, image
from tf_docker_check.model.config import Checks, Config, Strategy, UserDockerfile
from tf_docker_check.pipeline.check import Checked, check
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.plan.controls import with_controls
from tf_docker_check.plan.make import make_plan

BASE = image("tensorflow/tensorflow:2.21.0")
MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))
DOCKERFILE = f"FROM {BASE.reference}\nRUN pip install protobuf==4.25.8\n"


@pytest.fixture
def checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, climber: Callable[..., object]
) -> Callable[..., tuple[Checked, FakeEngine]]:
    """Checks one user's Dockerfile; `wrong` are the checks that fail in it, `below` in what it stands on."""
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)

    def run(wrong: dict[str, str], below: dict[str, str], **settings: object) -> tuple[Checked, FakeEngine]:
        ends = {True: climber(**below), False: climber(**wrong)}
        engine = FakeEngine(
            hub={BASE.reference: BASE},
            on_run=lambda request: ends[request.image == BASE.id](request) if request.stdin else Script(),
        )
        monkeypatch.setattr(engine, "find_executable", lambda *_: "/usr/bin/python3")
        config = Config((MINE,), **settings)  # type: ignore[arg-type]
        plan = with_controls(make_plan(config), config, tmp_path)
        context = begin_run(
            config,
            tmp_path,
            ResultsDir(tmp_path, "out"),
            lambda _: None,
            environment={},
            connect=lambda _: engine,
        )
        return check(context, plan), engine

    return run


IMPORT = {"import": "ImportError: no"}


@pytest.mark.parametrize(
    ("wrong", "below", "whose"),
    [(IMPORT, {}, "yours"), (IMPORT, IMPORT, "upstream"), ({}, {}, None), ({}, IMPORT, None)],
)
def test_a_failure_is_told_as_the_users_or_not(
    checked: Callable[..., tuple[Checked, FakeEngine]],
    tmp_path: Path,
    wrong: dict[str, str],
    below: dict[str, str],
    whose: str | None,
) -> None:
    found, _ = checked(wrong, below)
    mine, control = found.results.cells
    assert (mine.blame.owner.value if mine.blame else None) == whose
    assert (control.id, control.base.added) == ("base-of-mine/tf2.21.0@cpu", True)
    assert found.verdict.exit_code == bool(wrong)
    kept = json.loads((tmp_path / "out/results.json").read_text())["cells"][0]["blame"]
    assert (kept and kept["owner"]) == whose


def test_the_users_own_commands_are_not_run_in_a_control(
    checked: Callable[..., tuple[Checked, FakeEngine]],
) -> None:
    found, engine = checked({}, {}, checks=Checks(commands=("pytest",)))
    asked = [bool(request.stdin) for request in engine.ran if request.image == BASE.id]
    assert asked == [True]
    assert [check.name for check in found.results.cells[0].checks][-1] == "command: pytest"


def test_without_controls_nothing_is_added(checked: Callable[..., tuple[Checked, FakeEngine]]) -> None:
    found, _ = checked(IMPORT, {}, control=False)
    assert [cell.blame for cell in found.results.cells] == [None]
