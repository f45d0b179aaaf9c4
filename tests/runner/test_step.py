from __future__ import annotations

import json
from pathlib import Path

import pytest

from attacks import attacks
from runner.matchers import load
from runner.output import lines
from runner.reading import read
from runner.step import MESSAGE, Issue, Step

MATCHER = {"problemMatcher": [{"owner": "evil", "pattern": [{"regexp": "^bad (.*)$", "message": 1}]}]}


@pytest.fixture
def step(tmp_path: Path) -> Step:
    (tmp_path / "matcher.json").write_text(json.dumps(MATCHER))
    return Step(tmp_path)


def told(step: Step, *given: str) -> Step:
    for line in given:
        read(step, line)
    return step


def test_most_attacks_on_the_log_work_where_nobody_defends(tmp_path: Path) -> None:
    hit = [attack for attack in attacks("log") if told(Step(tmp_path), *lines(attack)).commands]
    assert len(hit) > len(attacks("log")) * 2 / 3


def test_text_is_shown(step: Step) -> None:
    assert told(step, "a", "", "b").log == ["a", "", "b"]


def test_stopped_commands_are_text_until_the_token_comes(step: Step) -> None:
    told(step, "::stop-commands::Token", "::error::a", "::other::", "::token::", "::error::b", "::token::")
    assert [issue.message for issue in step.issues] == ["b"]
    assert "::error::a" in step.log


@pytest.mark.parametrize("token", ["", "error", "stop-commands", "pause-logging"])
def test_a_token_that_others_could_say_stops_nothing_and_fails_the_step(step: Step, token: str) -> None:
    assert told(step, f"::stop-commands::{token}").failed
    assert not step.stop_token


def test_a_masked_word_is_never_shown_again(step: Step) -> None:
    told(
        step,
        "before secret-1",
        "::add-mask::secret-1%0Asecret-2",
        "after secret-1 secret-2",
        "::error::secret-1",
    )
    assert step.log[1:] == ["after *** ***", "##[error]***"]
    assert (step.log[0], step.issues[0].message) == ("before secret-1", "***")
    assert told(step, "::add-mask::").issues[-1].kind == "warning"


def test_ten_annotations_of_a_kind_are_kept_each_cut(step: Step) -> None:
    told(step, *[f"::error::{number}" for number in range(12)], "::warning::" + "x" * (MESSAGE + 1))
    assert [issue.message for issue in step.issues if issue.kind == "error"] == [str(n) for n in range(10)]
    assert step.issues[-1] == Issue("warning", "x" * MESSAGE, {})
    assert "##[error]11" in step.log


def test_matchers_make_annotations_of_text_even_while_commands_are_stopped(step: Step) -> None:
    told(step, "bad 0", "::add-matcher::matcher.json", "::stop-commands::token", "bad 1", "::token::")
    assert [(issue.message, issue.by) for issue in step.issues] == [("1", "evil")]
    assert told(step, "::remove-matcher owner=evil::", "bad 2").log[-1] == "bad 2"
    assert told(step, "::add-matcher::none.json").failed


def test_matchers_of_earlier_steps_are_at_work(tmp_path: Path) -> None:
    assert told(Step(tmp_path, matchers=load(json.dumps(MATCHER))), "\x1b[1mbad\x1b[0m x").issues == [
        Issue("error", "x", {"severity": "error", "message": "x"}, "evil")
    ]


@pytest.mark.parametrize("line", ["::set-env name=A::b", "##[add-path]/evil", "::internal-set-repo-path::x"])
def test_commands_that_are_disabled_fail_the_step(step: Step, line: str) -> None:
    assert told(step, line).failed


def test_old_outputs_and_state_still_work(step: Step) -> None:
    told(step, "::set-output name=a::1", "::save-state name=b::2", "::echo::on", "::debug::x", "::group::g")
    assert (step.outputs, step.state, step.failed) == ({"a": "1"}, {"b": "2"}, False)
    assert step.log == ["::debug::x", "##[debug]x", "::group::g", "##[group]g"]
