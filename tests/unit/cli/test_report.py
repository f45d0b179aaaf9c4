from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from report.samples import BLAMED, CONTROL, FAILING_IMPORT, HEALTHY, checks, results

from tf_docker_check.cli.main import run
from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.status import Status
from tf_docker_check.results import document


def test_whose_fault_it_is_comes_out_where_cell_and_control_ran_in_different_jobs(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = replace(CONTROL, base=CellBase(untouched=True))
    files = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    for file, cell in zip(files, (replace(BLAMED, blame=None), asked), strict=True):
        Path(file).write_bytes(document.dump(results(cell)))
    assert run(["report", "--format", "json", *files]) == 1
    told = {cell["id"]: cell["blame"] for cell in json.loads(capfdbinary.readouterr().out)["cells"]}
    assert told[BLAMED.id]["owner"] == "yours"
    assert told[CONTROL.id] is None


@pytest.mark.parametrize(
    ("before", "code", "said"), [("failed", 0, b"already failing"), ("passed", 1, b"new failure")]
)
@pytest.mark.parametrize("format_", ["table", "markdown", "junit"])
def test_an_older_document_tells_what_is_new(
    format_: str,
    before: str,
    code: int,
    said: bytes,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    well = replace(FAILING_IMPORT, status=Status.PASSED, findings=(), checks=checks())
    older = FAILING_IMPORT if before == "failed" else well
    for name, cell in (("older.json", older), ("now.json", FAILING_IMPORT)):
        (tmp_path / name).write_bytes(document.dump(results(cell, HEALTHY)))
    asked = ["report", "--format", format_, str(tmp_path / "now.json")]
    assert run([*asked, "--baseline", str(tmp_path / "older.json")]) == code
    assert said in capfdbinary.readouterr().out
    assert run(asked) == 1


def test_a_baseline_that_is_none_of_ours_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "now.json").write_bytes(document.dump(results(HEALTHY)))
    (tmp_path / "older.json").write_text("{")
    assert run(["report", str(tmp_path / "now.json"), "--baseline", str(tmp_path / "older.json")]) == 2
    assert "older.json" in capfd.readouterr().err
