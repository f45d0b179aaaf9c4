from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from report.samples import BLAMED, CONTROL, results

from tf_docker_check.cli.main import run
from tf_docker_check.model.blame import Ground
from tf_docker_check.report import document


def test_whose_fault_it_is_comes_out_where_cell_and_control_ran_in_different_jobs(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = replace(CONTROL, ground=Ground(untouched=True))
    files = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    for file, cell in zip(files, (replace(BLAMED, blame=None), asked), strict=True):
        Path(file).write_bytes(document.dump(results(cell)))
    assert run(["report", "--format", "json", *files]) == 1
    told = {cell["id"]: cell["blame"] for cell in json.loads(capfdbinary.readouterr().out)["cells"]}
    assert told[BLAMED.id]["whose"] == "yours"
    assert told[CONTROL.id] is None
