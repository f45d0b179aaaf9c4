from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attacks import everything
from runner.file_commands import pairs
from runner.masks import forms, job_outputs
from tf_docker_check.gha.files import OUTPUTS, SUMMARY_BYTES, add_summary, assignment, set_outputs
from tf_docker_check.model.config import Config, Strategy
from tf_docker_check.plan.github import github_matrix
from tf_docker_check.plan.make import make_plan


def entries(text):
    found = list(pairs(text))
    assert len(dict(found)) == len(found)
    return dict(found)


@pytest.fixture
def output(tmp_path):
    path = tmp_path / "output"
    path.write_text("earlier=1\n")
    return path


def test_values_come_out_as_they_went_in(output):
    values = {"conclusion": "failure", "failed": 2, "matrix": '{"include":[\n1]}', "junit-path": "a=b<<c"}
    set_outputs({"GITHUB_OUTPUT": str(output)}, values)
    found = entries(output.read_text())
    assert found == {"earlier": "1"} | {name: str(value) for name, value in values.items()}


@pytest.mark.parametrize("attack", everything())
def test_a_value_sets_no_other_output(output, attack):
    set_outputs({"GITHUB_OUTPUT": str(output)}, {"matrix": attack, "passed": 1})
    assert set(entries(output.read_text())) == {"earlier", "matrix", "passed"}


def test_a_delimiter_that_is_in_the_value_is_not_taken():
    tokens = iter(["a", "b"])
    assert assignment("matrix", "1\nend-a\n2", lambda: next(tokens)) == "matrix<<end-b\n1\nend-a\n2\nend-b\n"


@given(some.text(alphabet="end-ab\n=<"))
def test_no_value_ends_itself(value):
    assert entries(assignment("matrix", value)) == {"matrix": value}


def test_only_declared_outputs_are_set(output):
    with pytest.raises(ValueError, match="passd"):
        set_outputs({"GITHUB_OUTPUT": str(output)}, {"passd": 1})
    assert {"matrix", "conclusion", "results-path"} <= set(OUTPUTS)


def test_without_a_runner_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    set_outputs({}, {"passed": 1})
    assert list(tmp_path.iterdir()) == []
    add_summary({"GITHUB_STEP_SUMMARY": ""}, lambda room: pytest.fail("nothing to render for"))


def test_the_summary_is_told_how_much_room_is_left(tmp_path):
    path = tmp_path / "summary"
    path.write_bytes(b"x" * (SUMMARY_BYTES - 1000))
    add_summary({"GITHUB_STEP_SUMMARY": str(path)}, lambda room: "y" * room)
    assert path.stat().st_size == SUMMARY_BYTES
    assert path.read_bytes().endswith(b"y\n")


def test_a_summary_that_would_be_dropped_is_not_written(tmp_path):
    path = tmp_path / "summary"
    add_summary({"GITHUB_STEP_SUMMARY": str(path)}, lambda room: "é" * room)
    assert not path.exists()


def test_the_matrix_reaches_other_jobs_though_an_images_name_is_somebodys_secret():
    strategy = Strategy("mine", "registry.example/team/app:{tensorflow}", ("tensorflow=={tensorflow}",))
    matrix = github_matrix(make_plan(Config((strategy,))))
    hidden = forms("registry.example") | forms("team/app")
    assert job_outputs({"matrix": matrix}, hidden) == {"matrix": matrix}
