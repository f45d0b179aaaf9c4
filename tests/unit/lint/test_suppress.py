from __future__ import annotations

from pathlib import Path

import pytest

from lint.projects import checked, told, written

FLOATING = "FROM tensorflow/tensorflow:latest\n"
REASON = "the newest is what we test"


@pytest.mark.parametrize(
    "text",
    [
        f"# tf-docker-check: ignore=TFD010 {REASON}\n{FLOATING}",
        f"#tf-docker-check:ignore=TFD010 {REASON}\n{FLOATING}",
        f"# tf-docker-check: ignore=tfd010,TFD011 {REASON}\n\n# another comment\n{FLOATING}",
        f"# syntax=docker/dockerfile:1\n# tf-docker-check: ignore=TFD010 {REASON}\n{FLOATING}",
        f"FROM \\\n  # tf-docker-check: ignore=TFD010 {REASON}\n  tensorflow/tensorflow:latest\n",
    ],
)
def test_a_comment_with_a_reason_silences_what_follows_it(text: str, tmp_path: Path) -> None:
    report = checked(written(tmp_path, {"Dockerfile": text}))
    assert (report.issues, report.silenced) == ((), 1)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# tf-docker-check: ignore=TFD010", ["TFD002 Dockerfile:1:1", "TFD010 Dockerfile:2:6"]),
        ("# tf-docker-check: ignore=TFD010 --- !", ["TFD002 Dockerfile:1:1", "TFD010 Dockerfile:2:6"]),
        (f"# tf-docker-check: ignore=TFD998 {REASON}", ["TFD002 Dockerfile:1:1", "TFD010 Dockerfile:2:6"]),
        (f"# tf-docker-check: ignore {REASON}", ["TFD002 Dockerfile:1:1", "TFD010 Dockerfile:2:6"]),
        (f"# tf-docker-check: ignore=TFD020 {REASON}", ["TFD010 Dockerfile:2:6"]),
        (f"# tf-docker-check: ignore=TFD002 {REASON}\n# tf-docker-check: x", ["TFD002", "TFD010"]),
    ],
)
def test_others_silence_nothing(comment: str, expected: list[str], tmp_path: Path) -> None:
    found = told(tmp_path, {"Dockerfile": f"{comment}\n{FLOATING}"})
    assert len(found) == len(expected)
    assert all(one.startswith(other) for one, other in zip(found, expected, strict=True))


def test_it_reaches_one_instruction_only(tmp_path: Path) -> None:
    text = f"# tf-docker-check: ignore=TFD010 {REASON}\n{FLOATING}{FLOATING}"
    assert told(tmp_path, {"Dockerfile": text}) == ["TFD010 Dockerfile:3:6"]


def test_in_a_requirement_file_it_stands_above_or_behind(tmp_path: Path) -> None:
    requirements = (
        f"tensorflow-gpu  # tf-docker-check: ignore=TFD023 {REASON}\n"
        f"# tf-docker-check: ignore=TFD022 {REASON}\n"
        "tf-nightly\n"
        "intel-tensorflow\n"
    )
    files = {"Dockerfile": "FROM example.com/x:1\n", "requirements.txt": requirements}
    assert told(tmp_path, files) == ["TFD022 requirements.txt:4:1"]


def test_in_a_compose_file_too(tmp_path: Path) -> None:
    service = (
        f"  train:  # tf-docker-check: ignore=TFD050 {REASON}\n    image: tensorflow/tensorflow:2.17.0-gpu\n"
    )
    assert told(tmp_path, {"compose.yml": f"services:\n{service}"}) == []
