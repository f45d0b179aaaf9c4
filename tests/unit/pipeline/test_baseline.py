"""Which results a run is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from report.samples import BLAMED, results

from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import OWN, Run
from tf_docker_check.gha import bundle
from tf_docker_check.gha.event import Context, context
from tf_docker_check.gha.names import artifact_name
from tf_docker_check.github.client import connect
from tf_docker_check.pipeline.baseline import from_branch
from tf_docker_check.results import document

pytestmark = pytest.mark.outside

HERE = context(
    {
        "GITHUB_REPOSITORY": OWN,
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_RUN_ID": "5000",
        "GITHUB_RUN_NUMBER": "50",
        "GITHUB_WORKFLOW_REF": f"{OWN}/.github/workflows/ci.yml@refs/heads/main",
    },
    {"repository": {"default_branch": "main"}},
)

NAME = artifact_name("default", "report", 1)


@pytest.fixture
def github() -> Iterator[Running]:
    with server.start() as running:
        yield running


def left(
    github: Running, commit: str, number: int, attempt: int = 1, key: str = "default", **more: object
) -> Run:
    """A run that left results of *commit*."""
    run = given.run(github.state, number, **more)
    said = results(BLAMED)
    data = bundle.make({"results.json": document.dump(replace(said, run=replace(said.run, commit=commit)))})
    given.artifact(github.state, run, NAME, data)
    return run


def base(github: Running, run: Context = HERE, key: str = "default") -> str:
    found = from_branch(connect("token", OWN, api_url=github.url), run, key)
    return found.results.run.commit if found.results else found.why_not


def test_the_newest_before_this_one(github: Running) -> None:
    for number in (48, 49, 51):
        left(github, f"c{number}", number)
    assert base(github) == "c49"
    assert github.count() == 4  # runs, artifacts, the address of the zip, the zip


def test_the_newest_attempt_under_our_key(github: Running) -> None:
    run = left(github, "first", 49)
    for attempt, key in ((10, "default"), (9, "default"), (11, "other")):
        said = replace(results(BLAMED), run=replace(results().run, commit=f"{key}{attempt}"))
        data = bundle.make({"results.json": document.dump(said)})
        given.artifact(github.state, run, artifact_name(key, "report", attempt), data)
    assert base(github) == "default10"
    assert base(github, key="other") == "other11"


@pytest.mark.parametrize(
    "more",
    [
        {"event": "pull_request"},
        {"event": "pull_request", "head_repository": "somebody/project"},
        {"event": "push", "head_repository": "somebody/project"},
        {"head_branch": "topic"},
        {"workflow": "other.yml"},
        {"status": "in_progress", "conclusion": ""},
        {"conclusion": "cancelled"},
    ],
)
def test_runs_of_others_are_no_base(github: Running, more: dict[str, str]) -> None:
    given.fork(github.state, "somebody/project")
    left(github, "theirs", 49, **more)
    assert "has left results" in base(github)
    left(github, "ours", 48)
    assert base(github) == "ours"


def test_what_cannot_be_read_is_passed_over(github: Running) -> None:
    left(github, "old", 40)
    expired = left(github, "expired", 41)
    next(a for a in github.state.repository.artifacts.values() if a.run_id == expired.id).expired = True
    run = given.run(github.state, 42)
    given.artifact(
        github.state, run, artifact_name("default", "report", 1), bundle.make({"results.json": b"{}"})
    )
    given.run(github.state, 43)  # left nothing
    assert base(github) == "old"
