from __future__ import annotations

import json
from pathlib import Path

import pytest

from tf_docker_check.model.config import BuildSettings
from tf_docker_check.upstream.resolution import (
    describe_changes,
    parse_report,
    pip_command,
    resolve_with_pip,
)


def test_pips_report_is_versions_by_normalised_name_without_the_installers() -> None:
    rows = [{"metadata": {"name": name, "version": "1"}} for name in ("NumPy", "absl_py", "setuptools")]
    assert parse_report(json.dumps({"install": rows}).encode()) == ({"absl-py": "1", "numpy": "1"}, "")


@pytest.mark.parametrize("report", [b"", b"[]", b"{}", b'{"install": [{}]}', b'{"install": 1}'])
def test_a_report_that_is_none_resolves_nothing(report: bytes) -> None:
    found, why = parse_report(report)
    assert not found
    assert why


def test_requirements_cannot_become_options() -> None:
    words = pip_command(["--index-url=x"], "3.12", "x86_64")
    assert words.index("--") == len(words) - 2


def test_what_pip_cannot_be_asked_is_told() -> None:
    assert resolve_with_pip(["x"], "", "linux/amd64", BuildSettings())[1]
    assert resolve_with_pip(["x"], "3.12", "linux/s390x", BuildSettings())[1]


def test_what_moved_is_said() -> None:
    assert describe_changes({"a": "1", "b": "1"}, {"a": "2", "c": "1", "b": "1"}) == ("a 1 → 2", "c – → 1")


@pytest.mark.parametrize(
    ("requirement", "why"),
    [
        (
            "x @ git+https://user:password@h/x",
            "not resolved: x would be built from git+https://***@h/x",
        ),
        ("x@./x", "not resolved: x would be built from ./x"),
        ("x @ file:///x.zip ; python_version > '3'", "x would be built from file:///x.zip"),
        ("git+https://h/x", "no package name"),
        ("./x", "no package name"),
        (".", "no package name"),
        ("x ==", "not resolved"),
        ("x.zip [a] ; python_version > '3'", "as a path"),
        ("x==1+a.tar.gz", "as a path"),
        ("x===/../../x", "as a path"),
        ("x===/../../x.zip", "not resolved: pip would read 'x===/../../x.zip' as a path"),
    ],
)
def test_what_pip_would_build_here_is_not_asked_for(requirement: str, why: str) -> None:
    versions, reason = resolve_with_pip(["numpy", requirement], "3.12", "linux/amd64", BuildSettings())
    assert not versions
    assert why in reason
    assert "password" not in reason


@pytest.mark.outside
def test_nothing_in_the_current_folder_is_taken_by_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m` looks for modules in the current folder."""
    (tmp_path / "pip.py").write_text("import pathlib; pathlib.Path(__file__).with_name('ran').touch()")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert (
        "cannot resolve the requirements"
        in resolve_with_pip(["x"], "3.12", "linux/amd64", BuildSettings())[1]
    )
    assert not (tmp_path / "ran").exists()
