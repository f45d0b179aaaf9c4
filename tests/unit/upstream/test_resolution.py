from __future__ import annotations

import json

import pytest

from tf_docker_check.model.config import BuildSettings
from tf_docker_check.upstream.resolution import describe_changes, parse_report, pip_command, resolve_with_pip


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
