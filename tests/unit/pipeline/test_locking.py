from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nightly.made import NEW, OLD, cell

from tf_docker_check.errors import UsageError
from tf_docker_check.model.lock import Lock, LockedImage
from tf_docker_check.pipeline.locking import FILE, packages, pip_sets, read, standing
from tf_docker_check.pipeline.prepare import prepare
from tf_docker_check.upstream.lock import dump

INPUTS = {"strategies": "slim", "tensorflow-versions": "2.21.0", "python-versions": "3.12"}
NAME, ASKED = "slim/tf2.21.0/py3.12", ("tensorflow-cpu==2.21.0",)


def project(folder: Path, lock: Lock | None) -> Path:
    (folder / ".github").mkdir()
    if lock:
        (folder / FILE).write_bytes(dump(lock))
    return folder


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    """What a run of that project would lock."""
    config, plan = prepare(tmp_path, "", INPUTS)
    passed = cell("passed", facts={"packages.installed": {"numpy": "2.3.1", "pip": "26"}})
    found = packages(plan, config, {f"{NAME}@cpu": passed})
    assert found[NAME].asked == ASKED
    return Lock(images={"python:3.12-slim": LockedImage(OLD, {"linux/amd64": NEW})}, packages=found)


def test_a_run_stands_on_the_lock_and_says_so(tmp_path: Path, lock: Lock) -> None:
    config, plan = prepare(project(tmp_path, lock), "", INPUTS)
    assert "tensorflow-cpu==2.21.0 numpy==2.3.1" in plan.cells[0].recipe.text
    assert config.lock.digest("python:3.12-slim", "linux/amd64").endswith(NEW)
    assert [note for note in plan.notes if FILE in note]
    assert not [note for note in plan.notes if "not in the lock" in note]
    assert lock.counts == "1 image, the packages of 1 image"


def test_a_fresh_run_does_not(tmp_path: Path, lock: Lock) -> None:
    config, plan = prepare(project(tmp_path, lock), "", INPUTS, fresh=True)
    assert "numpy" not in plan.cells[0].recipe.text
    assert (config.lock, plan.notes) == (Lock(), prepare(tmp_path, "", INPUTS, fresh=True)[1].notes)


def test_what_the_lock_does_not_know_is_taken_fresh_and_said(tmp_path: Path, lock: Lock) -> None:
    other = replace(lock, packages={NAME: replace(lock.packages[NAME], asked=("pandas",))})
    _, plan = prepare(project(tmp_path, other), "", {**INPUTS, "python-versions": "3.12,3.13"})
    (note,) = [note for note in plan.notes if "not in the lock" in note]
    assert "python:3.13-slim" in note
    assert NAME in note
    assert "numpy" not in plan.cells[0].recipe.text


def test_a_lock_that_is_none_stops_the_run(tmp_path: Path) -> None:
    (project(tmp_path, None) / FILE).write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        prepare(tmp_path, "", INPUTS)


def test_without_a_lock_nothing_is_locked(tmp_path: Path) -> None:
    assert read(tmp_path) == Lock()
    assert not [note for note in prepare(tmp_path, "", INPUTS)[1].notes if "lock" in note]


def test_what_cells_stand_on(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE=python:3.11-slim\nFROM $BASE AS a\nFROM a\n")
    file = tmp_path / ".github/tf-docker-check.yml"
    file.parent.mkdir()
    file.write_text(
        "strategies:\n  own: {dockerfile: Dockerfile}\n  top: {dockerfile: Dockerfile, on: slim}\n"
    )
    config, plan = prepare(tmp_path, "", {**INPUTS, "strategies": "own,top"})
    found = standing(plan, tmp_path)
    by_strategy = {each.cell.strategy.partition("-on-")[0]: found[each.cell.id] for each in plan.cells}
    assert (by_strategy["own"], by_strategy["top"]) == ("python:3.11-slim", "python:3.12-slim")
    top = next(each for each in plan.cells if each.cell.strategy.startswith("top"))
    assert {name: one.requested for name, one in pip_sets(top, config).items()} == {NAME: ASKED}
