from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tf_docker_check import __main__
from tf_docker_check.cli import main
from tf_docker_check.cli.stop import Stopped
from tf_docker_check.errors import EngineError, UsageError

RESULTS = {"schema": 2}


def verb(monkeypatch: pytest.MonkeyPatch, act: Callable[[], int]) -> None:
    """Put *act* in the place of the verb `report`."""
    module = ModuleType("tf_docker_check.cli.report")
    module.configure = lambda parser: None  # type: ignore[attr-defined]
    module.run = lambda arguments: act()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


def raising(error: BaseException) -> Callable[[], int]:
    def act() -> int:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such strategy", remedy="name another"), 2, "no such strategy\n  do:  name another"),
        (EngineError("no engine answers", why="tried two sockets"), 3, "tried two sockets"),
        (RuntimeError("unforeseen"), 3, "a bug in tf-docker-check: RuntimeError: unforeseen"),
        (OSError(28, "No space left on device"), 3, "No space left on device"),
        (KeyboardInterrupt(), 130, "stopped"),
        (Stopped(signal.SIGINT), 130, "stopped by SIGINT; the results so far are kept"),
        (Stopped(signal.SIGTERM), 143, "stopped by SIGTERM; the results so far are kept"),
    ],
)
def test_whatever_goes_wrong_has_its_exit_code_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    verb(monkeypatch, raising(error))
    assert main.run(["report"]) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err + shown.out


@pytest.mark.parametrize(
    "error", [EngineError("x", why="\n::error::forged\x1b[31m\n##[group]y"), OSError("::a::")]
)
def test_a_strangers_words_in_a_complaint_command_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    verb(monkeypatch, raising(error))
    main.run(["report"])
    said = capsys.readouterr().err
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())
    assert "##[" not in said
    assert "\x1b" not in said


def test_debug_shows_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    verb(monkeypatch, raising(UsageError("wrong")))
    with pytest.raises(UsageError):
        main.run(["report", "--debug"])


@pytest.mark.parametrize("name", main.VERBS)
def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as end:
        main.run([name, "--help"])
    assert end.value.code == 0
    assert f"tf-docker-check {name}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["no-such-verb"], ["plan", "--no-such-option"]])
def test_wrong_arguments_are_wrong_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.run(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_an_empty_project_is_told_how_to_check_base_images_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in ("plan", "run", "predict"):
        assert main.run([verb, "--project", str(tmp_path)]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert "there is no Dockerfile" in shown.err
    assert f"tf-docker-check run --strategies {(names := 'official,slim')}" in shown.err
    assert main.run(["plan", "--project", str(tmp_path), "--strategies", names, "--format", "json"]) == 0
    assert {cell["strategy"] for cell in json.loads(capsys.readouterr().out)["cells"]} == {"official", "slim"}


def test_every_mistake_of_a_configuration_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.yml").write_text("version: 1\nstategies: {}\nmatrix: {max-cells: many}\n")
    assert main.run(["plan", "--project", str(tmp_path), "--config", "c.yml"]) == 2
    said = capsys.readouterr().err
    assert "c.yml:2:1: unknown key 'stategies'; did you mean 'strategies'?" in said
    assert "c.yml:3:21" in said


def test_every_dockerfile_that_cannot_be_built_is_told_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one").write_text("FORM python:3.11\n")
    (tmp_path / "two").write_bytes(b"FROM python:3.11\n# \xff\n")
    (tmp_path / "c.yml").write_text("strategies: {a: {dockerfile: one}, b: {dockerfile: two}}")
    assert main.run(["plan", "--project", str(tmp_path), "--config", "c.yml"]) == 2
    said = capsys.readouterr().err
    assert "one:1: 'FORM' is not a Dockerfile instruction" in said
    assert "two:2:1: this is not UTF-8 text" in said


@pytest.mark.parametrize("data", [b"", b"{}", b"not json", b'{"schema": 99}', b"\xff\xfe"])
def test_a_document_that_is_none_is_wrong_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / "results.json").write_bytes(data)
    assert main.run(["report", str(tmp_path / "results.json")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_action_needs_a_runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert main.run(["action"]) == 2
    assert "tf-docker-check run" in capsys.readouterr().err


@pytest.mark.outside
def test_an_exit_code_survives_a_stderr_that_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("strategies: 1\n")
    command = [sys.executable, "-m", "tf_docker_check", "plan", "--config", "c.yml"]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(command, cwd=tmp_path, stderr=full, check=False).returncode == 2


def test_an_interrupt_before_a_verb_is_known_is_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "run", lambda _: raising(KeyboardInterrupt())())
    assert __main__.main() == 130
    assert capsys.readouterr().err == "tf-docker-check: stopped\n"
    monkeypatch.undo()
    monkeypatch.setattr(main, "_parser", lambda _: raising(KeyboardInterrupt())())
    assert main.run(["plan"]) == 130


@pytest.mark.parametrize("option", ["--dockerfile", "--context", "--config", "--project"])
@pytest.mark.parametrize("name", ["n" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_wrong_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str
) -> None:
    assert main.run(["plan", "--project", str(tmp_path), option, name]) == 2
    assert "bug" not in capsys.readouterr().err
