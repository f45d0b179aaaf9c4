"""The action as a workflow uses it: `uses: ./` under act, on the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import pytest
from docker.errors import APIError

from lab import ground
from lab.stand_ins import BY_REFERENCE

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
FILES = ("Dockerfile", ".dockerignore", "action.yml", "pyproject.toml", "README.md", "LICENSE")
BASE, RUNNER, TENSORFLOW = "python:3.13-slim", "python:3.11-slim", "tensorflow/tensorflow:2.21.0"
OWNER = 1234
CELLS = ["official/tf2.21.0@cpu", "broken@cpu"]

pytestmark = [pytest.mark.engine, pytest.mark.slow]


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
    assert [record["jobResult"] for record in told if "jobResult" in record] == ["success"], talk
    outputs = {r["name"]: r["arg"] for r in told if r.get("command") == "set-output"}
    assert (outputs["passed"], outputs["failed"], outputs["errored"]) == ("1", "1", "0")
    assert outputs["conclusion"] == "neutral"  # something failed, and the gate was told not to mind
    assert [job["cells"] for job in json.loads(outputs["matrix"])["include"]] == CELLS
    summary = "".join(record["content"] for record in told if record.get("command") == "summary")
    assert "broken" in summary
    assert "official" in summary
    results = workspace / "out/results"
    cells = json.loads((results / "results.json").read_text())["cells"]
    assert {cell["cell"]["strategy"]: cell["status"] for cell in cells} == {
        "official": "passed",
        "broken": "failed",
    }
    files = {path.name for path in results.iterdir()}
    assert files == {"results.json", "junit.xml", "report.md"}
    owner = workspace.stat().st_uid
    assert {path.stat().st_uid for path in (results.parent, results, *results.iterdir())} == {owner}


def act(workspace: Path, found: ground.Ground) -> list[dict[str, str]]:
    """Run the workflow; act's records."""
    runner = BY_REFERENCE[RUNNER].tag if found.mirrors else RUNNER
    command = [
        str(Path(sys.executable).with_name("act")),
        "push",
        *("-C", str(workspace), "-W", str(PROJECT / "workflow.yml"), "-P", f"ubuntu-latest={runner}"),
        *("--json", "--rm", "--bind", "--pull=false", "--no-cache-server", "-s", "GITHUB_TOKEN=unused"),
        *("--action-cache-path", str(workspace.parent / f"{workspace.name}-act")),
    ]
    done = subprocess.run(
        command, env=found.environment, capture_output=True, text=True, timeout=500, check=False
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


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
