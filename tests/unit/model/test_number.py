"""Numbers of strangers, wherever they are read: too many digits, and digits of other scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.specifiers import InvalidSpecifier
from packaging.version import InvalidVersion

from tf_docker_check.cli.main import run
from tf_docker_check.engine.build_error_text import dockerfile_line
from tf_docker_check.engine.info import _major
from tf_docker_check.engine.steps import exit_code
from tf_docker_check.errors import UsageError
from tf_docker_check.model.number import numbers, parse_specifiers, parse_version, whole
from tf_docker_check.net.retry import retry_after
from tf_docker_check.plan.requirements import requirement_specs
from tf_docker_check.probe.judge import matches_requested
from tf_docker_check.upstream.lock import load

NINES = "9" * 4301
DIGITS = "١"


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", DIGITS, "²", NINES])
def test_what_is_no_whole_number(text: str) -> None:
    assert whole(text) is None


def test_numbers_and_versions() -> None:
    assert (whole("007"), numbers("2.9.1-rc10"), numbers(f"{DIGITS}.x")) == (7, (2, 9, 1, 10), ())
    assert numbers(NINES)
    assert parse_version("2.9") < parse_version("2.21")
    assert parse_specifiers(">=2,<3").contains("2.21")
    for text in (NINES, f"1.{NINES}", DIGITS):
        with pytest.raises(InvalidVersion):
            parse_version(text)
        with pytest.raises(InvalidSpecifier):
            parse_specifiers(f"=={text}")


@pytest.mark.parametrize("number", [NINES, DIGITS])
@pytest.mark.parametrize(
    "read",
    [
        lambda number: _major({"Version": f"{number}.1"}),
        lambda number: dockerfile_line(f"dockerfile parse error line {number}: x"),
        lambda number: exit_code(f"process did not complete successfully: exit code: {number}"),
        lambda number: matches_requested(number, "2.21.0"),
        retry_after,
    ],
)
def test_no_reader_of_a_number_breaks(number: str, read: Callable[[str], object]) -> None:
    assert read(number) in (None, 0, True, 1e9)


FILES = {
    "c.yml": ["defaults: {{tensorflow: {}}}", "fleet: [{{name: a, driver: {}}}]", "limits: {{parallel: {}}}"],
    "pyproject.toml": ["x = {}", '[project]\ndependencies = ["tensorflow=={}"]'],
    "requirements.txt": ["tensorflow=={}", "tensorflow==2.1; python_version < '{}'", "-r {}"],
    "Dockerfile": ["FROM tensorflow/tensorflow:{}.1.0\n", "FROM {}\nENV =' {{\n", "FROM python:{}-slim\n"],
    "compose.yml": ["services: {{a: {{image: 'tensorflow/tensorflow:{}.1.0'}}}}"],
}


@pytest.mark.parametrize("number", [NINES, DIGITS])
@pytest.mark.parametrize(("name", "template"), [(name, each) for name in FILES for each in FILES[name]])
def test_no_file_with_a_strange_number_is_a_bug_of_ours(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    template: str,
    number: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(template.format(number))
    Path("Dockerfile.other").write_text("FROM tensorflow/tensorflow\n")
    assert run(["plan", *(["--config", name] if name == "c.yml" else [])]) in (0, 2)
    assert run(["lint"]) == 1
    out, err = capsys.readouterr()
    assert "bug" not in out + err
    assert "Dockerfile.other:1" in out


def test_a_lock_with_a_strange_number_is_refused() -> None:
    with pytest.raises(UsageError):
        load(NINES.encode(), "lock")


def test_a_pyproject_with_a_strange_number_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"x = {NINES}\n")
    notes: list[str] = []
    assert not requirement_specs(tmp_path, notes.append)
    assert notes == ["pyproject.toml: it is not TOML"]


def test_inputs_with_strange_numbers_are_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--tensorflow-versions", "--python-versions", "--max-cells"):
        for number in (NINES, DIGITS):
            assert run(["plan", "--project", str(tmp_path), option, number]) == 2
            assert "bug" not in capsys.readouterr().err
