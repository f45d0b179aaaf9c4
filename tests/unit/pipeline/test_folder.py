from __future__ import annotations

import json
from pathlib import Path

from tf_docker_check.errors import CannotJudge, UsageError
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.folder import Folder

DOCUMENTS = {"results.json", "junit.xml", "report.md"}


def test_every_document_is_there_whenever_something_is_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "out")
    folder.keep(Results(notes=("first",)))
    folder.keep(Results(notes=("second",)))
    assert {path.name for path in (tmp_path / "out").iterdir()} == DOCUMENTS
    assert json.loads((tmp_path / "out/results.json").read_bytes())["notes"] == ["second"]
    assert folder.problem is None


def test_what_cannot_be_written_now_is_a_problem_until_it_can(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "out")
    (tmp_path / "out/junit.xml").mkdir(parents=True)
    folder.keep(Results(notes=("first",)))
    assert isinstance(folder.problem, CannotJudge)
    (tmp_path / "out/junit.xml").rmdir()
    folder.keep(Results(notes=("second",)))
    assert folder.problem is None


def test_a_link_in_the_folders_place_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/")
    folder = Folder(tmp_path, "out")
    folder.keep(Results())
    assert isinstance(folder.problem, UsageError)
