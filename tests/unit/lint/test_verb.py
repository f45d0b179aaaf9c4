"""``tf-docker-check lint`` as a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lint.projects import written
from tf_docker_check.cli.main import run

FLOATING = "FROM tensorflow/tensorflow\n"
DEBIAN = "FROM python:3.11-slim\nRUN pip install tensorflow==2.17.1\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("dockerfile", "level", "code"),
    [
        ("FROM python:3.11-slim-bookworm\n", "note", 0),
        (DEBIAN, "note", 1),
        (DEBIAN, "warning", 0),
        (FLOATING, "warning", 1),
        (FLOATING, "error", 0),
        ("FORM x\n", "error", 1),
    ],
)
def test_the_exit_code_is_by_the_worst_issue(dockerfile: str, level: str, code: int, here: Path) -> None:
    written(here, {"Dockerfile": dockerfile})
    assert run(["lint", "--fail-level", level]) == code


def test_a_warning_fails_where_nothing_is_said_about_levels(here: Path) -> None:
    assert run(["lint", str(written(here, {"Dockerfile": FLOATING}))]) == 1


def test_a_path_that_is_not_there_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "gone"]) == 2
    assert "no such file or directory: gone" in capsys.readouterr().err


def test_a_folder_with_nothing_to_look_at_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint"]) == 0
    assert "there is no Dockerfile" in capsys.readouterr().err


def test_issues_go_to_standard_output_and_talk_to_standard_error(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["lint", str(written(here, {"Dockerfile": FLOATING}))])
    told = capsys.readouterr()
    assert told.out.startswith("Dockerfile:1:6: warning TFD010: ")
    assert told.err == "1 file: 1 warning\n"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_login_in_a_url_is_not_printed(form: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "RUN pip install --extra-index-url https://me:hush@h/simple tensorflow"
    written(here, {"Dockerfile": f"{FLOATING}{line}\n"})
    run(["lint", "--format", form])
    assert "hush" not in capsys.readouterr().out


def test_json_and_sarif_are_alone_on_standard_output(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(here, {"Dockerfile": FLOATING})
    run(["lint", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["issues"][0]["rule"] == "TFD010"
    run(["lint", "--format", "sarif"])
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"


def test_annotations_are_commands_worst_first_in_which_nothing_can_be_smuggled(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(
        here, {"Dockerfile": DEBIAN, "b,c.Dockerfile": "FROM x\nRNU ::warning::x\n", "d.Dockerfile": FLOATING}
    )
    run(["lint", "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]
    assert lines[0].startswith(
        "::error title=TFD001,file=b%2Cc.Dockerfile,line=2,endLine=2,col=1,endColumn=17::"
    )
    assert lines[2].endswith("%0Aname the Debian too: python:3.11-slim-trixie")


def test_a_diff_writes_nothing_and_fix_does(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(here, {"Dockerfile": DEBIAN}) / "Dockerfile"
    run(["lint", "--diff"])
    assert "-FROM python:3.11-slim\n+FROM python:3.11-slim-trixie\n" in capsys.readouterr().out
    assert path.read_text() == DEBIAN
    assert run(["lint", "--fix", "--fail-level", "note"]) == 0
    assert path.read_text() == DEBIAN.replace("slim", "slim-trixie")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "changed Dockerfile\n1 file: no issues\n")


def test_no_host_has_a_gpu(here: Path) -> None:
    written(here, {"Dockerfile": "FROM tensorflow/tensorflow:2.17.0-gpu\n"})
    assert (run(["lint"]), run(["lint", "--host", "cpu"])) == (0, 1)


def test_a_file_by_its_name_is_found_with_what_is_beside_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docker = "FROM python:3.12-slim-bookworm\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    written(here, {"docker/my-image": docker, "requirements.txt": "tensorflow==2.10.0\n"})
    assert run(["lint", "docker/my-image"]) == 1
    assert capsys.readouterr().out.startswith("requirements.txt:1:1: error TFD020: ")


def test_a_rule_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "--explain", "tfd010"]) == 0
    assert capsys.readouterr().out.startswith("TFD010: A base image with a floating tag (warning)\n\n")
    assert run(["lint", "--explain", "TFD9"]) == 2
