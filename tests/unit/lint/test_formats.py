from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lint.projects import checked, written
from tf_docker_check.discovery.files import Files
from tf_docker_check.lint import document, sarif, text
from tf_docker_check.lint.check import Report, check
from tf_docker_check.project.find import find_files
from tf_docker_check.resources import files as data
from tf_docker_check.resources.tensorflow import as_of

PROJECT = {
    "a b/Dockerfile": "FROM python:3.11-slim\nRUN pip install tensorflow-gpu==2.15.1 tf-nightly\n",
    "a b/compose.yml": "services:\n  ü:\n    image: tensorflow/tensorflow:2.17.0-gpu\n",
    "broken.Dockerfile": "FROM x\nRNU \x1b[31m::error::x\n",
    "silent.Dockerfile": "# tf-docker-check: ignore=TFD010 we want that\nFROM tensorflow/tensorflow\n",
}
MESSAGE = f"python:3.11-slim stands on whatever Debian is current: trixie by the catalog of {as_of()}"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(written(tmp_path, PROJECT))
    return check(find_files([Path()], lambda _: None), Files((Path(),)))


def test_text_for_people(report: Report) -> None:
    assert text.render(report).split("\n")[:4] == [
        f"a b/Dockerfile:1:6: note TFD011: {MESSAGE}",
        "    FROM python:3.11-slim",
        "         ^^^^^^^^^^^^^^^^",
        "  do: name the Debian too: python:3.11-slim-trixie",
    ]
    assert "\x1b" not in text.render(report)
    assert text.summary(report) == "4 files: 3 errors, 1 warning, 1 note; 1 silenced; 2 fixable with --fix"
    assert text.summary(Report((), 1)) == "1 file: no issues"


def test_json_keeps_to_its_schema(report: Report) -> None:
    schema = data.document("schema/lint.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    found = json.loads(document.dump(report))
    jsonschema.validate(found, schema)
    jsonschema.validate(json.loads(document.dump(Report((), 0))), schema)
    assert found["counts"] == {"error": 3, "warning": 1, "note": 1}
    assert found["issues"][0] == {
        "rule": "TFD011",
        "severity": "note",
        "file": "a b/Dockerfile",
        "line": 1,
        "column": 6,
        "end_line": 1,
        "end_column": 22,
        "message": MESSAGE,
        "remedy": "name the Debian too: python:3.11-slim-trixie",
        "edits": [
            {
                "file": "a b/Dockerfile",
                "line": 1,
                "column": 22,
                "end_line": 1,
                "end_column": 22,
                "text": "-trixie",
            }
        ],
    }


def run(report: Report) -> dict[str, Any]:
    return json.loads(sarif.dump(report, "1.2.3"))["runs"][0]  # type: ignore[no-any-return]


def test_sarif_is_valid(report: Report) -> None:
    """By models that are generated from the official schema of SARIF 2.1.0, unknown keys refused."""
    models = pytest.importorskip("fluidattacks_core.sarif", reason="there is no such package for Python 3.10")
    for each in (report, Report((), 0)):
        assert models.SarifLog.model_validate_json(sarif.dump(each, "1.2.3"), strict=True)
    with pytest.raises(ValueError, match="rulez"):
        models.SarifLog.model_validate_json(
            sarif.dump(report, "1").replace('"rules"', '"rulez"'), strict=True
        )


def test_sarif_tells_places_rules_and_fixes(report: Report) -> None:
    found = run(report)
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({issue.rule for issue in report.issues})
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert not place["artifactLocation"]["uri"].startswith("/")
    first = found["results"][0]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/Dockerfile", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 22},
    }
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 22, "endLine": 1, "endColumn": 22},
            "insertedContent": {"text": "-trixie"},
        }
    ]
    assert "## Flags" in rules[0]["help"]["markdown"]


def fingerprints(folder: Path, dockerfile: str) -> list[str]:
    report = checked(written(folder, {"Dockerfile": dockerfile}))
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run(report)["results"]]


def test_fingerprints_stay_while_lines_move_and_differ_from_each_other(tmp_path: Path) -> None:
    line = "FROM tensorflow/tensorflow\n"
    once, twice = fingerprints(tmp_path, line), fingerprints(tmp_path, f"# more\n\n{line}{line}")
    assert once == twice[:1]
    assert len(set(twice)) == 2
    assert fingerprints(tmp_path, line.replace("FROM", "FROM  ")) == once
    assert fingerprints(tmp_path, "FROM tensorflow/tensorflow:latest\n") != once


def test_a_file_elsewhere_has_an_absolute_address(tmp_path: Path) -> None:
    report = checked(written(tmp_path, {"Dockerfile": "FROM tensorflow/tensorflow\n"}))
    location = run(report)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": (tmp_path / "Dockerfile").as_uri()}


@pytest.mark.parametrize(
    ("dockerfile", "excerpt"),
    [
        ("FROM\ttensorflow/tensorflow\n", "    FROM tensorflow/tensorflow\n         ^^^^^^^^^^^^^^^^^^^^^"),
        ("FROM \\\n  tensorflow/tensorflow\n", "      tensorflow/tensorflow\n      ^^^^^^^^^^^^^^^^^^^^^"),
        ("FROM tensorflow/tensorflow:\u202elatest\n", ""),
    ],
)
def test_the_line_is_shown_where_it_can_be(dockerfile: str, excerpt: str, tmp_path: Path) -> None:
    shown = text.render(checked(written(tmp_path, {"Dockerfile": dockerfile})))
    middle = "\n".join(shown.split("\n")[1:-2]) if excerpt else ""
    assert middle == excerpt
    assert "\u202e" not in shown
