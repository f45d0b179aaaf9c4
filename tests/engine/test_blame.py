"""Whose fault it is, on real images: a pin of the user's, and the same pin in the base itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lab import images
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.engine.protocol import BuildRequest, Engine
from tf_docker_check.model.blame import FaultOwner
from tf_docker_check.model.config import Checks, Config, Strategy, UserDockerfile
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.check import check
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.plan.controls import with_controls
from tf_docker_check.plan.make import make_plan

pytestmark = pytest.mark.engine

PUBLISHED = "tensorflow/tensorflow:2.21.0"
PIN = "RUN python3 -m pip install --no-cache-dir protobuf==4.25.8\n"


@pytest.fixture(scope="module")
def base(docker_host: str) -> str:
    """A TensorFlow image that the lab has, by a name no registry answers for."""
    images.ensure(docker_host, [PUBLISHED])
    return BY_REFERENCE[PUBLISHED].tag


@pytest.fixture
def broken(base: str, engine: Engine, labels: Mapping[str, str], tmp_path: Path) -> Iterator[str]:
    """The same with a protobuf that its TensorFlow does not go with."""
    tag = f"broken.invalid/{uuid.uuid4().hex}/{PUBLISHED}"
    built = engine.build(BuildRequest(f"FROM {base}\n{PIN}", str(tmp_path), tag=tag, labels=labels))
    assert built.image, built.error
    yield tag
    engine.sweep(labels)


def checked(project: Path, dockerfile: str, docker_host: str) -> tuple[CellResult, CellResult]:
    """The results of a Dockerfile and of its control."""
    project.mkdir()
    (project / "Dockerfile").write_text(dockerfile)
    mine = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))
    config = Config((mine,), checks=Checks("quick"))
    plan = with_controls(make_plan(config), config, project)
    directory = ResultsDir(project, "results")
    context = begin_run(config, project, directory, lambda _: None, environment={})
    return check(context, plan).results.cells  # type: ignore[return-value]


def test_a_pin_of_the_users_is_the_users_and_its_line_is_named(
    base: str, docker_host: str, tmp_path: Path
) -> None:
    cell, control = checked(
        tmp_path / "mine", f"# mine\nFROM {base}\nENV KERAS_BACKEND=jax\n\n{PIN}", docker_host
    )
    assert (cell.status, control.status) == (Status.FAILED, Status.PASSED)
    assert cell.blame
    assert (cell.blame.owner, cell.base.control) == (FaultOwner.YOURS, control.id)
    first, *others = cell.blame.changes
    assert (first.name, first.after, first.line) == ("protobuf", "4.25.8", 5)
    assert first.instruction == PIN.strip()
    assert [(change.name, change.after, change.line) for change in others] == [("KERAS_BACKEND", "jax", 3)]
    assert control.facts["libraries.found"]["libstdc++.so.6"].startswith("/usr/lib/")


def test_a_base_that_is_broken_itself_is_upstream(broken: str, docker_host: str, tmp_path: Path) -> None:
    cell, control = checked(tmp_path / "mine", f"FROM {broken}\nRUN true\n", docker_host)
    assert (cell.status, control.status) == (Status.FAILED, Status.FAILED)
    assert [each.blame and each.blame.owner for each in (cell, control)] == [
        FaultOwner.UPSTREAM,
        FaultOwner.UPSTREAM,
    ]
