"""The action as GitHub's runner starts it: its own mounts, environment, commands, files and signals."""

from __future__ import annotations

import ipaddress
import json
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import docker
import pytest
from lxml import etree

import fakegithub.server
from attacks import everything
from engine.test_trouble import processes, until
from fakegithub import given
from fakegithub.state import OWN, State, Token
from lab import ground
from lab.stand_ins import BY_REFERENCE
from runner import manifest, matchers
from runner.action_step import ActionStep
from runner.file_commands import pairs
from runner.machine import Job, Machine
from runner.masks import job_outputs
from tf_docker_check.engine import labels as our_labels
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.gha.files import OUTPUTS
from tf_docker_check.results import document

ROOT = Path(__file__).parents[2]
BASE, TENSORFLOW = "python:3.13-slim", "tensorflow/tensorflow:2.21.0"
IMAGE = "tf-docker-check-tests/action:latest"
LAST = (  # the lines of a failure that everybody is shown
    *(
        "::error::x",
        "  ::stop-commands::mine",
        "innocent text ##[error]x",
        "##[add-mask]cpu",
        "10%\r::error::x",
    ),
    *("::add-matcher::matcher.json", '  File "/evil.py", line 1, in <module>', "    raise ValueError('x')"),
)
STUBBORN_PYTHON = "#!/bin/sh\ntrap '' TERM INT\nwhile :; do sleep 1000; done\n"
HOSTILE_PYTHON = "#!/bin/sh\ncat /attack\nyes '::error::x' | head -c 100000000\ncat /attack\nexit 9\n"
MATCHER = {
    "problemMatcher": [
        {
            "owner": "python",  # as actions/setup-python registers it
            "pattern": [
                {"regexp": r'^\s*File\s"(.*)",\sline\s(\d+),\sin\s(.*)$', "file": 1, "line": 2},
                {"regexp": r"^\s*raise\s(.*)\(\'(.*)\'\)$", "message": 2},
            ],
        }
    ]
}

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def found() -> ground.Ground:
    return ground.up([BASE, TENSORFLOW])


@pytest.fixture(scope="module")
def image(found: ground.Ground) -> Iterator[str]:
    """The action's own image, as its Dockerfile makes it."""
    base = BY_REFERENCE[BASE].tag if found.mirrors else BASE
    build = manifest.image_command(manifest.load(ROOT), ROOT, IMAGE, {"PYTHON_IMAGE": base})
    subprocess.run(build, env=found.environment, check=True)
    yield IMAGE
    subprocess.run(["docker", "rmi", "--force", IMAGE], env=found.environment, check=True)


@pytest.fixture(scope="module")
def hostile(docker_host: str, shell_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image with every attack in a file, whose python3 prints it and much more."""
    yield from _image(docker_host, tmp_path_factory.mktemp("hostile"), shell_image, HOSTILE_PYTHON)


@pytest.fixture(scope="module")
def stubborn(docker_host: str, shell_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image whose python3 does not end."""
    yield from _image(docker_host, tmp_path_factory.mktemp("stubborn"), shell_image, STUBBORN_PYTHON)


def _image(docker_host: str, context: Path, base: str, python: str) -> Iterator[str]:
    key = secrets.token_hex(8)
    (context / "python3").write_text(python)
    (context / "python3").chmod(0o755)
    (context / "attack").write_bytes("\n".join([*everything(), *LAST]).encode(errors="surrogatepass"))
    tag, labels = f"127.0.0.1:1/tests/{key}:1", our_labels.run_labels(f"test-{key}")
    engine = connect(docker_host)
    text = f"FROM {base}\nCOPY python3 /bin/\nCOPY attack /\n"
    built = engine.build(BuildRequest(text, str(context), tag=tag, labels=labels))
    assert built.image, built.error
    yield tag
    engine.sweep(labels)
    engine.close()


OF_NIGHTS = {"regressions", "issue-number", "issue-url", "proposal-url"}
QUIET = {"add-mask", "group", "endgroup", "stop-commands", "notice"}

JOB = Job(api_url="http://127.0.0.1:9")  # where nobody answers

Start = Callable[..., ActionStep]


@pytest.fixture
def step(
    image: str, found: ground.Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """Makes a step that uses the action on a project of the given files; its containers end with the test."""
    monkeypatch.setenv("DOCKER_HOST", found.docker_host)
    made: list[ActionStep] = []

    def make(files: Mapping[str, str | bytes], job: Job = JOB, **given: str) -> ActionStep:
        socket = found.docker_host.removeprefix("unix://")
        machine = Machine(tmp_path / f"runner-{len(made)}", OWN, socket=socket)
        machine.make(job.event)
        for name, text in files.items():
            path = machine.workspace / name
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        machine.own(machine.workspace)
        made.append(ActionStep(machine, job, manifest.load(ROOT), image, {"config": "check.yml", **given}))
        return made[-1]

    yield make
    for each in made:
        for name in (each.name, f"{each.name}-post"):
            subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)


def files(step: ActionStep) -> dict[str, bytes]:
    folder = step.machine.workspace / "tf-docker-check-results"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left(run: str) -> list[str]:
    """Containers and images with the label of *run*."""
    api = docker.APIClient()
    ours = {"label": f"{our_labels.RUN}={run}"}
    found = [each["Id"] for each in (*api.containers(all=True, filters=ours), *api.images(filters=ours))]
    api.close()
    return found


def test_a_small_project_passes(step: Start, found: ground.Ground) -> None:
    mirrors = f"mirrors: {json.dumps(found.mirrors)}\n" if found.mirrors else ""
    config = "defaults: {tensorflow: 2.21.0}\nstrategies: {official: {}}\nchecks: {profile: quick}\n"
    small = step({"check.yml": config + mirrors})
    ended = small.run()
    assert (ended.code, ended.step.failed) == (0, False), ended.step.text
    told = job_outputs(ended.step.outputs, ended.step.hidden)
    assert (told["conclusion"], told["passed"], told["failed"]) == ("success", "1", "0")
    assert (small.machine.workspace / told["results-path"]).exists()
    assert "official" in ended.summary
    owners = {path.stat().st_uid for path in small.machine.workspace.rglob("*")}
    assert owners == {small.machine.user}
    assert {command.name for command in ended.step.commands} <= QUIET
    assert left(small.state["run"]) == []
    after = small.post()
    assert (after.code, after.step.log) == (0, [])


def test_what_a_hostile_image_prints_stays_text(step: Start, hostile: str) -> None:
    config = (
        "limits: {check-minutes: 2}\nstrategies:\n"
        f"  prints: {{from: '{hostile}'}}\n  build: {{dockerfile: Dockerfile}}\n"
    )
    dockerfile = f"FROM {hostile}\nRUN cat /attack; exit 7\n"
    planted = {"matcher.json": json.dumps(MATCHER).replace('"python"', '"evil"')}
    job = replace(JOB, debug=True)  # builders' output too
    attacked = step({"check.yml": config, "Dockerfile": dockerfile, **planted}, job, **{"fail-on": "any"})
    attacked.matchers = matchers.load(json.dumps(MATCHER))
    ended = attacked.run()
    assert (ended.code, ended.step.failed) == (1, False), ended.step.text
    assert {command.name for command in ended.step.commands} <= QUIET | {"error"}
    masks = {command.data for command in ended.step.commands if command.name == "add-mask"}
    assert all(attacked.job.token in mask or len(mask) > 20 for mask in masks)
    issues = ended.step.issues
    assert {issue.by for issue in issues} == {""}
    titles = sorted(issue.properties["title"] for issue in issues if issue.kind == "error")
    assert titles == ["build@cpu", "prints@cpu"]
    assert {issue.properties["title"] for issue in issues if issue.kind != "error"} <= {"tf-docker-check"}
    assert ended.step.stop_token == ""
    assert "innocent text ## [error]x" in ended.step.text
    assert (ended.step.outputs["conclusion"], ended.step.outputs["failed"]) == ("failure", "2")
    assert set(ended.step.outputs) == {*OUTPUTS} - {"matrix", "count"} - OF_NIGHTS
    assert set(attacked.state) == {"run", "hosts"}
    assert (ended.environment, ended.paths) == ({}, [])
    assert "\x1b" not in ended.step.text + ended.summary
    assert "\0" not in ended.step.text + ended.summary
    assert len(ended.step.text) < 1_000_000
    written = files(attacked)
    assert max(map(len, written.values())) < 4_000_000
    etree.fromstring(written["junit.xml"])
    assert len(document.load(written["results.json"]).cells) == 2
    assert left(attacked.state["run"]) == []


class UnderWay:
    """A step in the middle of a build and of a check."""

    def __init__(self, step: Start, stubborn: str) -> None:
        sleep = f"sleep 9{secrets.randbelow(10**8):08}"
        config = (
            "limits: {parallel: 4}\nstrategies:\n"
            f"  check: {{from: '{stubborn}'}}\n  build: {{dockerfile: Dockerfile}}\n"
        )
        self.step = step({"check.yml": config, "Dockerfile": f"FROM {stubborn}\nRUN {sleep}\n"})
        self.running = self.step.start()
        until(lambda: processes(sleep) and checking(self.run_id()), 60)
        self.sleep = sleep

    def run_id(self) -> str:
        """The run's label, from the file that the runner reads once the step is over."""
        state = self.step.machine.files(self.step.id)["state"].read_text()
        return dict(pairs(state)).get("run", "")


def checking(run: str) -> bool:
    api = docker.APIClient()
    found = api.containers(filters={"label": [f"{our_labels.RUN}={run}", our_labels.CELL]})
    api.close()
    return bool(found)


def test_a_cancelled_job_keeps_what_it_found_and_leaves_nothing(step: Start, stubborn: str) -> None:
    under_way = UnderWay(step, stubborn)
    began = time.monotonic()
    code = under_way.running.cancel()
    assert time.monotonic() - began < 10
    ended = under_way.step.ended(code)
    assert code == 130
    assert "the results so far are kept" in ended.step.text
    results = document.load(files(under_way.step)["results.json"])
    assert {cell.status.value for cell in results.cells} == {"errored"}
    assert left(results.run.run_id) == []
    until(lambda: not processes(under_way.sleep), 5)
    assert under_way.step.post().step.log == []


def test_after_a_kill_the_post_step_takes_away_its_own_and_nothing_else(
    step: Start, stubborn: str, docker_host: str
) -> None:
    under_way = UnderWay(step, stubborn)
    neighbour = docker.DockerClient(base_url=docker_host).containers.create(
        stubborn, ["true"], labels=our_labels.run_labels(f"{under_way.run_id()[:-8]}00000000", "check@cpu")
    )
    subprocess.run(["docker", "kill", under_way.step.name], capture_output=True, check=True)
    ended = under_way.step.ended(under_way.running.end(30))
    assert (ended.code, ended.succeeded) == (137, False)
    run = under_way.step.state["run"]
    assert left(run)
    after = under_way.step.post()
    assert (after.code, after.step.issues) == (0, [])
    assert "left behind" in after.step.text
    assert left(run) == []
    until(lambda: not processes(under_way.sleep), 10)
    neighbour.reload()
    neighbour.remove()
    neighbour.client.close()
    assert files(under_way.step)["results.json"]


def test_a_pull_request_has_one_comment_and_each_attempt_its_artifact(
    step: Start, shell_image: str, docker_host: str
) -> None:
    state, head = State(tokens={JOB.token: Token()}), "c" * 40
    pull = given.pull(state, head)
    given.branch(state)
    event = {
        "number": pull.number,
        "pull_request": {
            "number": pull.number,
            "head": {"sha": head, "ref": "topic", "repo": {"full_name": OWN}},
            "base": {"sha": "a" * 40, "ref": "main", "repo": {"full_name": OWN}},
        },
        "repository": {"full_name": OWN, "default_branch": "main"},
    }
    config = f"strategies: {{empty: {{from: '{shell_image}'}}}}\n"
    with fakegithub.server.start(state, host=bridge(docker_host)) as github:
        for attempt in (1, 2):
            services = {
                "ACTIONS_RESULTS_URL": github.results_url,
                "ACTIONS_RUNTIME_TOKEN": github.runtime_token(JOB.run_id),
            }
            job = Job(JOB.run_id, attempt, "pull_request", event, api_url=github.url, services=services)
            ended = step({"check.yml": config}, job).run()
            assert (ended.code, ended.step.failed) == (1, False), ended.step.text
    told = [comment.body for comment in state.repository.comments.values()]
    assert len(told) == 1
    assert f"run={17}.2" in told[0]
    assert ended.step.outputs["comment-url"]
    names = [artifact.name for artifact in state.repository.artifacts.values()]
    assert names == ["tf-docker-check-default-report-1", "tf-docker-check-default-report-2"]


def bridge(docker_host: str) -> str:
    """This machine's address on the engine's own network."""
    client = docker.DockerClient(base_url=docker_host)
    config = client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    client.close()
    # Docker 20.10 names no gateway until it was started a second time: it is the subnet's first address.
    return str(config.get("Gateway") or ipaddress.ip_network(config["Subnet"])[1])


def test_a_night_opens_an_issue_and_leaves_its_history(
    step: Start, shell_image: str, docker_host: str
) -> None:
    state = State(tokens={JOB.token: Token()})
    given.branch(state)
    event = {"schedule": "0 3 * * *", "repository": {"full_name": OWN, "default_branch": "main"}}
    config = f"strategies: {{empty: {{from: '{shell_image}'}}}}\n"
    with fakegithub.server.start(state, host=bridge(docker_host)) as github:
        services = {
            "ACTIONS_RESULTS_URL": github.results_url,
            "ACTIONS_RUNTIME_TOKEN": github.runtime_token(JOB.run_id),
        }
        job = Job(JOB.run_id, 1, "schedule", event, api_url=github.url, services=services)
        ended = step({"check.yml": config}, job, mode="nightly").run()
    assert (ended.code, ended.step.failed) == (1, False), ended.step.text
    assert ended.step.outputs["regressions"] == "1"
    [issue] = state.repository.issues.values()
    assert "python-env" in issue.title
    assert "did not answer" in ended.summary
    names = [artifact.name for artifact in state.repository.artifacts.values()]
    assert names == ["tf-docker-check-default-nightly-1"]
