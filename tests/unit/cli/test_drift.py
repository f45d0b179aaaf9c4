from __future__ import annotations

import json
from pathlib import Path

import pytest
from nightly.made import cell

from tf_docker_check.cli import main
from tf_docker_check.model.results import Results
from tf_docker_check.results import document


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    found = []
    for name, status in (("old", "passed"), ("new", "failed")):
        path = tmp_path / f"{name}.json"
        path.write_bytes(
            document.dump(Results(cells=(cell(status, "numpy-abi" if status == "failed" else ""),)))
        )
        found.append(str(path))
    return found


@pytest.mark.parametrize(
    ("shape", "said"),
    [("terminal", "broke: passed → failed: numpy-abi"), ("markdown", "## `slim/tf2.21.0/py3.12@cpu` broke")],
)
def test_two_results_are_compared(files, capsys, shape: str, said: str) -> None:
    assert main.run(["drift", *files, "--format", shape]) == 0
    assert said in capsys.readouterr().out


def test_the_document_is_json(files, capsys) -> None:
    assert main.run(["drift", *files, "--format", "json"]) == 0
    assert [each["how"] for each in json.loads(capsys.readouterr().out)["cells"]] == ["broke"]


def test_results_that_are_none_are_refused(tmp_path: Path, files, capsys) -> None:
    (tmp_path / "bad.json").write_text('{"cells": 1}')
    assert main.run(["drift", str(tmp_path / "bad.json"), files[1]]) == 2
    assert "bad.json" in capsys.readouterr().err
