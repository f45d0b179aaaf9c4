from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.plan.requirements import requirement_specs

LINES = st.lists(
    st.sampled_from(
        [
            "tensorflow==2.21.0",
            "-r requirements.txt",
            "-r ../x",
            "a @ file:///x",
            "x; python_version<'3'",
            "\\",
            "[tool",
            "=",
        ]
    )
    | st.text(max_size=30),
    max_size=8,
)


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
@given(LINES)
def test_any_lines_are_requirements_or_passed_over(name: str, lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text("\n".join(lines), encoding="utf-8", errors="replace")
        for spec in requirement_specs(Path(folder)):
            assert spec.file == name
            assert spec.line >= 1


@given(st.binary(max_size=200))
def test_any_bytes_are_no_trouble(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "requirements.txt").write_bytes(data)
        Path(folder, "pyproject.toml").write_bytes(b"[project]\n" + data)
        notes: list[str] = []
        requirement_specs(Path(folder), notes.append)
        assert len(notes) <= 2
