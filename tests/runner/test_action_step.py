from __future__ import annotations

from pathlib import Path

import pytest

from runner.action_step import ActionStep
from runner.file_commands import SUMMARY_BYTES
from runner.machine import Job, Machine
from runner.manifest import Action
from runner.step import Step, hide


@pytest.fixture
def step(tmp_path: Path) -> ActionStep:
    """A step whose container has ended, its files still empty."""
    machine = Machine(tmp_path, user=tmp_path.stat().st_uid)
    machine.make({})
    made = ActionStep(machine, Job(), Action({}, "Dockerfile", "", (), {}, "/post"), "i", {})
    made.stage = Step(machine.workspace)
    for path in machine.files(made.id).values():
        path.touch()
    return made


def write(step: ActionStep, **files: str) -> None:
    for name, text in files.items():
        step.machine.files(step.id)[name].write_text(text)


def test_what_a_step_wrote_is_read_when_it_is_over(step: ActionStep) -> None:
    write(step, output="a=1\n", env="B=2\n", path="/c\n", state="d=3\n", step_summary="hello secret")
    hide(step.stage, "secret")
    ended = step.ended(0)
    assert (ended.step.outputs, ended.environment, ended.paths) == ({"a": "1"}, {"B": "2"}, ["/c"])
    assert (step.state, ended.summary, ended.succeeded) == ({"d": "3"}, "hello ***", True)


@pytest.mark.parametrize("name", ["output", "env", "state"])
def test_a_malformed_file_fails_a_step_that_ended_well(step: ActionStep, name: str) -> None:
    write(step, **{name: "a=1\nno form\n"})
    ended = step.ended(0)
    assert (ended.succeeded, [issue.by for issue in ended.step.issues]) == (False, ["runner"])


def test_a_summary_that_is_too_large_is_dropped_whole_and_fails_nothing(step: ActionStep) -> None:
    write(step, step_summary="x" * SUMMARY_BYTES)
    assert len(step.ended(0).summary) == SUMMARY_BYTES
    write(step, step_summary="x" * (SUMMARY_BYTES + 1))
    ended = step.ended(0)
    assert (ended.summary, ended.succeeded, len(ended.step.issues)) == ("", True, 1)
