"""The action as a workflow uses it: `uses: ./` under act, on the real engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import pytest
from docker.errors import APIError

import fakegithub.server
from fakegithub import given
from fakegithub.server import Running
from fakegithub.state import OWN
from lab import ground
from lab.stand_ins import BY_REFERENCE

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
FILES = ("Dockerfile", ".dockerignore", "action.yml", "pyproject.toml", "README.md", "LICENSE")
BASE, RUNNER, TENSORFLOW = "python:3.13-slim", "python:3.11-slim", "tensorflow/tensorflow:2.21.0"
OWNER = 1234
HEAD = "c" * 40
CELLS = ["official/tf2.21.0@cpu", "broken@cpu"]

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def found() -> ground.Ground:
    return ground.up([BASE, RUNNER, TENSORFLOW])


@pytest.fixture(scope="module")
def engine(found: ground.Ground) -> Iterator[docker.DockerClient]:
    """The engine, where the action's base image goes by its published name for a while."""
    client = docker.DockerClient(base_url=found.docker_host, timeout=300)
    borrowed = bool(found.mirrors) and not client.images.list(BASE)
    if borrowed:
        client.images.get(BY_REFERENCE[BASE].tag).tag(BASE)
    yield client
    if borrowed:
        client.images.remove(BASE, noprune=True)
    client.close()


@pytest.fixture
def workspace(tmp_path: Path, found: ground.Ground) -> Path:
    """A repository that holds the action and somebody's project, owned by somebody."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    for folder in (".github", "locks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copytree(
        ROOT / "entrypoint", tmp_path / "entrypoint", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "docker").mkdir()
    shutil.copy(PROJECT / "Dockerfile", tmp_path / "docker")
    mirrors = f"mirrors: {json.dumps(found.mirrors)}\n" if found.mirrors else ""
    (tmp_path / "check.yml").write_text((PROJECT / "check.yml").read_text() + mirrors)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a commit"]):
        subprocess.run([*git, *command], check=True)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{OWNER}:{OWNER}", str(tmp_path)], check=True)
    return tmp_path


def test_a_workflow_gets_outputs_summary_and_files(
    workspace: Path, found: ground.Ground, engine: docker.DockerClient
) -> None:
    try:
        told = act(workspace, found)
    finally:
        forget(engine)
    talk = "\n".join(record.get("msg", "") for record in told)
    assert ended(told) == ["success"], talk
    outputs = {r["name"]: r["arg"] for r in told if r.get("command") == "set-output"}
    assert (outputs["passed"], outputs["failed"], outputs["errored"]) == ("1", "1", "0")
    assert outputs["conclusion"] == "neutral"  # something failed, and the gate was told not to mind
    assert [job["cells"] for job in json.loads(outputs["matrix"])["include"]] == CELLS
    assert "broken" in summary(told)
    assert "official" in summary(told)
    results = workspace / "out/results"
    cells = json.loads((results / "results.json").read_text())["cells"]
    assert {cell["cell"]["strategy"]: cell["status"] for cell in cells} == {
        "official": "passed",
        "broken": "failed",
    }
    files = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
    of_broken = {"logs/broken-cpu.log", "reproduce/broken-cpu.sh"}
    assert files == {"results.json", "junit.xml", "report.md", *of_broken}
    owner = workspace.stat().st_uid
    assert {path.stat().st_uid for path in (results.parent, results, *results.rglob("*"))} == {owner}


@pytest.fixture
def github() -> Iterator[Running]:
    with fakegithub.server.start() as running:
        yield running


def test_a_pull_request_gets_one_comment_that_is_kept_true(
    workspace: Path, found: ground.Ground, engine: docker.DockerClient, github: Running, tmp_path: Path
) -> None:
    pull = given.pull(github.state)
    try:
        told = act(workspace, found, "pull.yml", request(tmp_path, pull.number), github, number=1)
        (first,) = comments(github)
        (workspace / "check.yml").write_text(
            re.sub("  broken: .*\n", "", (workspace / "check.yml").read_text())
        )
        mended = act(workspace, found, "pull.yml", request(tmp_path, pull.number), github, number=2)
        forked = act(
            workspace, found, "pull.yml", request(tmp_path, pull.number, "somebody/project"), github, number=3
        )
    finally:
        forget(engine)
    assert "1 failed" in first
    assert ended(told) == ["failure"]
    (second,) = comments(github)
    assert "failed" not in second.partition("\n\n")[0]
    assert ended(mended) == ended(forked) == ["success"]
    assert "comes from a fork" in summary(forked)
    assert {each.name for each in github.state.repository.artifacts.values()} == {
        "tf-docker-check-default-report-1"
    }


def test_jobs_hand_their_results_to_one_report(
    workspace: Path, found: ground.Ground, engine: docker.DockerClient, github: Running, tmp_path: Path
) -> None:
    pull = given.pull(github.state)
    ourselves = ["--local-repository", f"org/tf-docker-check@v1={workspace}"]
    try:
        told = act(workspace, found, "jobs.yml", request(tmp_path, pull.number), github, 1, *ourselves)
    finally:
        forget(engine)
    talk = "\n".join(record.get("msg", "") for record in told)
    assert ended(told) == ["success"] * 4, talk  # plan, two cells, result
    names = {each.name for each in github.state.repository.artifacts.values()}
    assert names == {
        f"tf-docker-check-default-{part}-1"
        for part in ("plan", "official-tf2.21.0-cpu", "broken-cpu", "report")
    }
    (comment,) = comments(github)
    assert "1 failed, 1 passed" in comment
    assert "exit code 7" in comment or "exit code: 7" in comment


def test_our_own_workflow_finds_what_must_fail_failing(
    workspace: Path, found: ground.Ground, engine: docker.DockerClient
) -> None:
    there = workspace / "tests/action/failing"
    shutil.copytree(ROOT / "tests/action/failing", there)
    if found.mirrors:
        with (there / "check.yml").open("a") as file:
            file.write(f"mirrors: {json.dumps(found.mirrors)}\n")
    try:
        told = act(workspace, found, ROOT / ".github/workflows/self-test.yml")
    finally:
        forget(engine)
    assert ended(told) == ["success"], "\n".join(record.get("msg", "") for record in told)


def comments(github: Running) -> list[str]:
    return [comment.body for comment in github.state.repository.comments.values()]


def ended(told: list[dict[str, str]]) -> list[str]:
    return [record["jobResult"] for record in told if "jobResult" in record]


def summary(told: list[dict[str, str]]) -> str:
    return "".join(record["content"] for record in told if record.get("command") == "summary")


def request(folder: Path, number: int, head_repository: str = OWN) -> Path:
    """The payload of a pull request's event, in a file."""
    head = {"sha": HEAD, "ref": "topic", "repo": {"full_name": head_repository}}
    pull = {"number": number, "head": head, "base": {"ref": "main", "sha": "a" * 40}, "labels": []}
    repository = {"full_name": OWN, "default_branch": "main"}
    path = folder.with_name(f"{folder.name}-{len(head_repository)}.json")
    path.write_text(json.dumps({"pull_request": pull, "repository": repository}))
    return path


def act(
    workspace: Path,
    found: ground.Ground,
    workflow: str | Path = "workflow.yml",
    event: Path | None = None,
    github: Running | None = None,
    number: int = 1,
    *more: str,
) -> list[dict[str, str]]:
    """Run the workflow; act's records."""
    runner = BY_REFERENCE[RUNNER].tag if found.mirrors else RUNNER
    command = [
        str(Path(sys.executable).with_name("act")),
        *(("pull_request", "-e", str(event)) if event else ("push",)),
        *("-C", str(workspace), "-W", str(PROJECT / workflow)),
        *("-P", f"ubuntu-latest={runner}", "-P", f"ubuntu-24.04={runner}"),
        *("--json", "--rm", "--bind", "--pull=false", "--no-cache-server", "-s", "GITHUB_TOKEN=token"),
        *("--action-cache-path", str(workspace.parent / f"{workspace.name}-act")),
        *(_here(github, number) if github else ()),
        *more,
    ]
    done = subprocess.run(
        command, env=found.environment, capture_output=True, text=True, timeout=500, check=False
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _here(github: Running, number: int) -> Iterator[str]:
    """What makes a run one of *github*'s."""
    run = given.run(github.state, number, event="pull_request", head_sha=HEAD, head_branch="topic")
    told = {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": OWN,
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_RUN_NUMBER": str(number),
        "GITHUB_RUN_ATTEMPT": "1",
        "ACTIONS_RESULTS_URL": github.results_url,
        "ACTIONS_RUNTIME_TOKEN": github.runtime_token(run.id),
    }
    for name, value in told.items():
        yield from ("--env", f"{name}={value}")


def forget(client: docker.DockerClient) -> None:
    """Remove what act leaves: the action's image, its nameless stages, and the tool cache's volume."""
    for image in client.images.list("act-dockeraction"):
        client.images.remove(image.id, force=True)
    for image in client.api.images(quiet=True, filters={"dangling": True}):
        with suppress(APIError):  # others remove images too
            if any("/opt/tf-docker-check" in step["CreatedBy"] for step in client.api.history(image)):
                client.images.remove(image)
    for volume in client.volumes.list(filters={"name": "act-toolcache"}):
        volume.remove()
