"""The action from inputs to GitHub: modes, events, what cannot be done. The engine is a fake, GitHub too."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.climb import climber
from engine.fake import FakeEngine, Script, image
from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import BOT, OWN, READ_ONLY, Step, Token
from runner.file_commands import pairs
from runner.reading import commands
from tf_docker_check.cli import session
from tf_docker_check.cli.main import run as command_line
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.gha import bundle
from tf_docker_check.gha.event import MUTE
from tf_docker_check.pipeline import publish
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.results import document

pytestmark = pytest.mark.outside

HEAD, BASE_SHA = "c" * 40, "a" * 40
IMAGES = {name: image(f"tensorflow/tensorflow:{name}") for name in ("2.19.0", "2.20.0", "2.21.0")}
CONFIG = """\
defaults: {tensorflow: ["2.19.0", "2.20.0", "2.21.0"]}
strategies: [official]
"""
CELLS = [f"official/tf{name}@cpu" for name in IMAGES]


class Runner:
    """Starts the action as a step of a run, on a fake engine."""

    def __init__(self, github: Running, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.github, self.home, self.patch = github, home, monkeypatch
        self.workspace = home / "workspace"
        (self.workspace / ".github").mkdir(parents=True)
        (self.workspace / ".github/tf-docker-check.yml").write_text(CONFIG)
        self.broken: dict[str, dict[str, str]] = {}
        self.event: dict[str, Any] = {"repository": {"default_branch": "main"}}
        self.environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": OWN,
            "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": "https://github.example.com",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": BASE_SHA,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKFLOW_REF": f"{OWN}/.github/workflows/ci.yml@refs/heads/main",
            "GITHUB_ACTOR": "ann",
            "ACTIONS_RESULTS_URL": github.results_url,
            "INPUT_GITHUB-TOKEN": "token",
        }
        self.start(number=1)

    def start(self, number: int, **more: Any) -> None:
        """Another run of the workflow begins."""
        self.record = given.run(self.github.state, number, status="in_progress", conclusion="", **more)
        self.environment |= {"GITHUB_RUN_ID": str(self.record.id), "GITHUB_RUN_NUMBER": str(number)}

    def end(self) -> None:
        self.record.status, self.record.conclusion = "completed", "success"

    def pull_request(self, head_repository: str = OWN, **more: Any) -> int:
        """What happens from now on is a pull request's; its number."""
        pull = given.pull(self.github.state, HEAD, "topic", head_repository)
        self.record.event, self.record.head_sha = "pull_request", HEAD
        self.record.head_branch, self.record.head_repository = "topic", head_repository
        self.event["pull_request"] = {
            "number": pull.number,
            "head": {"sha": HEAD, "ref": "topic", "repo": {"full_name": head_repository}},
            "base": {"ref": "main"},
            "labels": [],
            **more,
        }
        self.environment |= {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_REF": f"refs/pull/{pull.number}/merge",
        }
        return pull.number

    def __call__(self, mode: str = "auto", *, job: str = "check", **inputs: str) -> int:
        """The exit code of a step; what it told is in `outputs`, `summary` and, by capsys, its log."""
        engine = FakeEngine(
            hub={each.reference: each for each in IMAGES.values()},
            on_run=self.climb,
        )
        self.patch.setattr(engine, "find_executable", lambda *_: "/usr/bin/python3")
        self.patch.setattr(session, "begin_run", partial(begin_run, connect=lambda _: engine))
        (self.home / "event.json").write_text(json.dumps(self.event))
        files = {name: self.home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        given_ = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()}
        token = self.github.runtime_token(self.record.id, job)
        self.patch.setattr(
            os,
            "environ",
            {"PATH": os.environ["PATH"], "ACTIONS_RUNTIME_TOKEN": token}
            | self.environment
            | {"INPUT_MODE": mode, "GITHUB_EVENT_PATH": str(self.home / "event.json"), "GITHUB_JOB": job}
            | {name: str(path) for name, path in files.items()}
            | given_,
        )
        code = command_line(["action"])
        self.outputs = dict(pairs(files["GITHUB_OUTPUT"].read_text()))
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text()
        return code

    def climb(self, request: RunRequest) -> Script:
        version = next(name for name, each in IMAGES.items() if each.id == request.image)
        return climber(version, **self.broken.get(version, {}))(request) if request.stdin else Script()

    def breaks(self, version: str, why: str = "ImportError: no") -> None:
        self.broken[version] = {"import": why}

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.github.state.repository.comments.values()]

    @property
    def artifacts(self) -> dict[str, bytes]:
        return {each.name: each.data for each in self.github.state.repository.artifacts.values()}


@pytest.fixture
def github() -> Iterator[Running]:
    with server.start() as running:
        yield running


@pytest.fixture
def action(github: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(github, tmp_path, monkeypatch)


def test_all_in_one_job(action: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    action.pull_request()
    action.breaks("2.20.0")
    assert action() == 1
    assert {name: action.outputs[name] for name in ("passed", "failed", "new-failures", "conclusion")} == {
        "passed": "2",
        "failed": "1",
        "new-failures": "1",
        "conclusion": "failure",
    }
    assert len(action.comments) == 1
    assert "official" in action.comments[0]
    assert "issuecomment" in action.outputs["comment-url"]
    assert "1 failed" in action.summary
    assert [each for each in commands(capsys.readouterr().out) if each[0] == "error"]
    (name,) = action.artifacts
    assert name == "tf-docker-check-default-report-1"
    files = bundle.read(action.artifacts[name], lambda _: True)
    assert {"results.json", "junit.xml", "report.md", "reproduce/official-tf2.20.0-cpu.sh"} <= set(files)
    results = document.load(files["results.json"])
    assert (results.run.commit, results.run.project) == (HEAD, OWN)
    here = action.workspace / "tf-docker-check-results"
    assert document.load((here / "results.json").read_bytes()) == results
    assert (here / "reproduce/official-tf2.20.0-cpu.sh").exists()


def test_a_pull_requests_configuration_names_no_engine_and_writes_no_cache(
    action: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    action.pull_request(head_repository="stranger/project")
    file = action.workspace / ".github/tf-docker-check.yml"
    file.write_text(f"{CONFIG}runners: {{cpu: {{docker-host: 'tcp://evil.example:2375'}}}}\n")
    for mode in ("auto", "plan", "run", "nightly"):
        assert action(mode) == 2
        assert "evil.example" in capsys.readouterr().err
    assert action(allow="docker-host=tcp://evil.example:2375") == 0
    file.write_text(f"{CONFIG}build: {{cache-to: ghcr.io/own/cache}}\n")
    assert action(allow="cache-to=ghcr.io/own/cache") == 0
    assert "forks write no cache" in capsys.readouterr().err


def test_the_same_again_says_nothing_twice(action: Runner, github: Running) -> None:
    action.pull_request()
    action.breaks("2.20.0")
    action()
    action.environment["GITHUB_RUN_ATTEMPT"] = "2"
    action.start(number=2)
    action.broken.clear()
    action()
    assert len(action.comments) == 1
    assert "3 passed" in action.comments[0]


def test_against_the_base_branch(action: Runner) -> None:
    action.breaks("2.19.0")
    assert action() == 1  # a push to main
    action.end()
    action.start(number=2)
    action.pull_request()
    assert action() == 0  # it failed before
    assert (action.outputs["failed"], action.outputs["new-failures"]) == ("1", "0")
    assert "already failing" in action.summary
    action.breaks("2.21.0")
    action.start(number=3)
    assert action(comment_key="other", baseline="off") == 1
    assert action.outputs["new-failures"] == "2"


def test_results_of_a_pull_request_are_no_base(action: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    action.record.event, action.record.head_repository = "pull_request", "somebody/project"
    action.breaks("2.19.0")
    action()
    action.end()
    action.start(number=2)
    action.pull_request()
    assert action() == 1
    assert "nothing to compare with" in capsys.readouterr().out


def test_a_base_may_be_a_file(action: Runner) -> None:
    action.breaks("2.19.0")
    action()
    base = action.workspace / "base.json"
    base.write_bytes((action.workspace / "tf-docker-check-results/results.json").read_bytes())
    assert action(baseline="base.json", comment_key="again") == 0
    base.write_text("{}")
    assert action(baseline="base.json", comment_key="third") == 2


def test_across_jobs(action: Runner) -> None:
    action.pull_request()
    action.breaks("2.20.0")
    assert action("plan", job="plan") == 0
    jobs = json.loads(action.outputs["matrix"])["include"]
    assert [each["cells"] for each in jobs] == CELLS
    assert action.outputs["count"] == "3"
    for each in jobs[:2]:
        action("run", job=each["slug"], cell=each["cells"], fail_on="error")
        assert action.summary == ""
    assert action.comments == []
    assert action("report", job="report") == 1
    assert (action.outputs["passed"], action.outputs["failed"], action.outputs["errored"]) == ("1", "1", "1")
    assert "left no results" in action.summary
    assert len(action.comments) == 1
    assert {name for name in action.artifacts if "report" not in name} == {
        "tf-docker-check-default-plan-1",
        *(f"tf-docker-check-default-{each['slug']}-1" for each in jobs[:2]),
    }


def test_a_job_that_is_run_again_replaces_its_own_rows(action: Runner) -> None:
    action("plan", job="plan")
    action.breaks("2.20.0")
    for cell in CELLS:
        action("run", job=cell, cell=cell, fail_on="error")
    assert action("report", job="report") == 1
    action.environment["GITHUB_RUN_ATTEMPT"] = "2"
    action.broken.clear()
    action("run", job=CELLS[1], cell=CELLS[1])
    assert action("report", job="report") == 0
    assert action.outputs["passed"] == "3"
    report = bundle.read(action.artifacts["tf-docker-check-default-report-2"], lambda _: True)
    attempts = {cell.id: cell.attempt for cell in document.load(report["results.json"]).cells}
    assert attempts == dict(zip(CELLS, (1, 2, 1), strict=True))


def test_few_jobs_share_the_cells(action: Runner) -> None:
    action("plan", max_jobs="2")
    jobs = json.loads(action.outputs["matrix"])["include"]
    assert sorted("\n".join(each["cells"] for each in jobs).split("\n")) == CELLS
    assert len(jobs) == 2
    for each in jobs:
        action("run", job=each["slug"], cell=each["cells"])
        assert f"tf-docker-check-default-{each['slug']}-1" in action.artifacts
    assert action("report", job="report") == 0
    assert action.outputs["passed"] == "3"


def test_without_artifacts_files_are_handed_on(action: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    del action.environment["ACTIONS_RESULTS_URL"]
    for number, cell in enumerate(CELLS):
        action("run", cell=cell, results_path=f"parts/{number}")
    assert "actions/upload-artifact" in capsys.readouterr().out
    assert action("report", results="parts/*/results.json") == 0
    assert action.outputs["passed"] == "3"
    assert action("report", results="nowhere/*.json") == 2
    assert action("report", results="../*.json") == 2


@pytest.mark.parametrize(("head", "actor"), [("somebody/project", "somebody"), (OWN, "dependabot[bot]")])
def test_a_token_that_only_reads_costs_a_line(action: Runner, head: str, actor: str) -> None:
    action.github.state.tokens["token"] = Token(permissions=dict(READ_ONLY))
    action.environment["GITHUB_ACTOR"] = actor
    action.pull_request(head)
    action.breaks("2.20.0")
    assert action(check_run="true") == 1
    assert action.comments == []
    assert "may only read" in action.summary
    assert action.github.count("POST") == 2  # the artifact's, none of REST


def test_a_missing_permission_is_named_once_and_fails_nothing(
    action: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    action.github.state.tokens["token"] = Token(permissions=dict(READ_ONLY))
    action.pull_request()
    assert action(comment_mode="always") == 0
    assert len([line for line in action.summary.splitlines() if "pull-requests: write" in line]) == 1
    assert [each for each in commands(capsys.readouterr().out) if "pull-requests: write" in each[2]]


def test_a_bug_in_the_telling_costs_no_verdict(action: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("no")

    monkeypatch.setattr(publish, "_post_comment", broken)
    action.pull_request()
    assert action(comment_mode="always") == 0
    assert "RuntimeError: no" in action.summary
    assert action.outputs["passed"] == "3"


def test_a_check_run_says_what_the_step_says(action: Runner) -> None:
    action.pull_request()
    action.breaks("2.20.0")
    action(check_run="true", comment_mode="off")
    (found,) = action.github.state.repository.check_runs.values()
    assert (found.head_sha, found.conclusion) == (HEAD, "failure")
    assert "official" in found.summary
    assert action.comments == []


@pytest.mark.parametrize("inputs", [{"comment_mode": "off"}, {"comment_mode": "failures"}, {}])
def test_silence(action: Runner, inputs: dict[str, str]) -> None:
    action.pull_request()
    assert action(**inputs) == 0
    assert action.comments == []


def test_a_label_keeps_it_silent(action: Runner) -> None:
    action.pull_request(labels=[{"name": MUTE}])
    assert action(comment_mode="always") == 0
    assert action.comments == []


def forked(action: Runner, head: str = "somebody/project") -> int:
    """A fork's run has ended, and set off ours; the number of its pull request."""
    given.fork(action.github.state, "somebody/project")
    number = action.pull_request(head)
    tokens = action.github.state.tokens
    token, tokens["token"] = tokens["token"], Token(permissions=dict(READ_ONLY))
    action.breaks("2.20.0")
    action()
    action.end()
    ended = action.record
    tokens["token"] = token
    action.start(number=9, event="workflow_run")
    action.environment["GITHUB_EVENT_NAME"] = "workflow_run"
    action.event = {"workflow_run": {"id": ended.id, "event": "pull_request"}}
    action.ended = ended  # type: ignore[attr-defined]
    return number


def test_a_forks_run_is_told_by_another(action: Runner) -> None:
    number = forked(action)
    assert action("report-forks") == 0
    (comment,) = action.github.state.repository.comments.values()
    assert (comment.number, comment.author) == (number, BOT)
    assert "run=1.1" in comment.body
    assert "own workflow run; not verified" in comment.body
    assert HEAD[:7] in comment.body
    assert "no commands are shown: these are results of a fork" in comment.body
    assert "docker run" not in comment.body
    assert action("report-forks") == 0
    assert len(action.comments) == 1


@pytest.mark.parametrize(("actor", "comments"), [("dependabot[bot]", 1), ("ann", 0)])
def test_a_run_that_dependabot_set_off_is_told_by_another_too(
    action: Runner, actor: str, comments: int
) -> None:
    """Not one that somebody set off by a push to Dependabot's branch: that comments itself."""
    forked(action, OWN)
    action.ended.actor = actor  # type: ignore[attr-defined]
    action.github.state.repository.comments.clear()
    assert action("report-forks") == 0
    assert len(action.comments) == comments


def test_what_is_no_longer_so_is_not_told(action: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    number = forked(action)
    pull = action.github.state.repository.issues[number].pull
    assert pull is not None
    pull.head_sha = "d" * 40
    assert action("report-forks") == 0
    assert action.comments == []
    assert "newer commits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"event": "push"}, "set off by push"),
        ({"head_branch": "another"}, "none is open"),
        ({"head_repository": OWN}, "none is open"),
    ],
)
def test_the_pull_request_is_what_github_says(
    action: Runner, capsys: pytest.CaptureFixture[str], change: dict[str, str], told: str
) -> None:
    forked(action)
    for name, value in change.items():
        setattr(action.ended, name, value)  # type: ignore[attr-defined]
    assert action("report-forks") == 0
    assert action.comments == []
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    "data",
    [b"no zip", bundle.make({"other.json": b"{}"}), bundle.make({"results.json": b'{"schema":1,"cells":7}'})],
)
def test_a_hostile_artifact_ends_the_step_and_says_why(
    action: Runner, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    forked(action)
    (stored,) = action.github.state.repository.artifacts.values()
    stored.data = data
    assert action("report-forks") in {2, 3}
    assert action.comments == []
    assert [each for each in commands(capsys.readouterr().out) if each[0] == "error"]


def test_report_forks_needs_a_run_that_ended(action: Runner) -> None:
    assert action("report-forks") == 2


def test_a_strangers_dockerfile_is_not_built_with_our_secrets(action: Runner) -> None:
    action.pull_request("somebody/project")
    action.environment["GITHUB_EVENT_NAME"] = "pull_request_target"
    assert action() == 2
    assert action("plan") == 2


def test_a_configuration_that_names_files_outside_is_refused(action: Runner) -> None:
    config = action.workspace / ".github/tf-docker-check.yml"
    config.write_text(CONFIG + "build: {ca-bundle: /proc/self/environ}\n")
    assert action() == 2


@pytest.mark.parametrize(
    "inputs",
    [
        {"comment_key": "a-b"},
        {"comment_mode": "sometimes"},
        {"check_run": "yes"},
        {"max_jobs": "0"},
        {"fail_on": "anything"},
    ],
)
def test_wrong_inputs_are_told(action: Runner, inputs: dict[str, str]) -> None:
    assert action("plan", **inputs) == 2


def test_an_unknown_mode_is_told_with_those_there_are(
    action: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    assert action("everything") == 2
    told = capsys.readouterr()
    assert "::error title=tf-docker-check::there is no mode 'everything'" in told.out
    assert "report-forks" in told.err


def test_nothing_to_check_is_a_plan(action: Runner) -> None:
    config = action.workspace / ".github/tf-docker-check.yml"
    config.write_text(CONFIG + "matrix: {exclude: ['*']}\n")
    assert action("plan") == 0
    assert (action.outputs["matrix"], action.outputs["count"]) == ('{"include":[]}', "0")


def test_the_token_is_hidden_first_and_handed_to_nobody(
    action: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    action("plan", github_token="a-secret-token")
    assert capsys.readouterr().out.startswith("::add-mask::a-secret-token\n")
    assert "INPUT_GITHUB-TOKEN" not in os.environ
    assert "ACTIONS_RUNTIME_TOKEN" not in os.environ


def fail_job(action: Runner, name: str, line: str) -> None:
    job = given.job(action.github.state, action.record, name, "failure")
    job.steps = [Step("Train", "failure", "2026-01-01T10:00:00Z", "2026-01-01T10:00:09Z")]
    job.log = f"2026-01-01T10:00:01.0Z {line}\n2026-01-01T10:00:02.0Z ##[error]exit code 1\n".encode()


def test_failed_jobs_are_explained_in_one_comment_of_their_own(
    action: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    action.pull_request()
    action.breaks("2.20.0")
    action()
    fail_job(action, "train", "FATAL: kernel too old")
    assert action("explain") == 0
    assert "train: kernel-too-old" in capsys.readouterr().out
    report, page = action.comments
    assert "1 failed" in report
    assert "## ❌ 1 of 1 jobs failed" in page
    assert "`kernel-too-old`" in page
    assert "`kernel-too-old`" in action.summary
    assert "issuecomment" in action.outputs["comment-url"]
    action.start(number=2)
    assert action("explain") == 0
    assert action.comments[0] == report
    assert "None of 0 jobs failed" in action.comments[1]
    assert len(action.comments) == 2


def test_the_run_that_set_this_one_off_is_explained(action: Runner) -> None:
    fail_job(action, "train", "FATAL: kernel too old")
    action.event["workflow_run"] = {"id": action.record.id, "event": "push"}
    action.end()
    action.start(number=2)
    action.environment["GITHUB_EVENT_NAME"] = "workflow_run"
    assert action("explain") == 0
    assert "`kernel-too-old`" in action.summary


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (Token(permissions={"contents": "read"}), "actions: read"),
        (Token(permissions=dict(READ_ONLY)), "may only read"),
    ],
)
def test_what_a_token_may_not_explain_costs_a_line(
    action: Runner, capsys: pytest.CaptureFixture[str], token: Token, words: str
) -> None:
    action.github.state.tokens["token"] = token
    action.pull_request("somebody/project")
    fail_job(action, "train", "FATAL: kernel too old")
    assert action("explain") == 0
    assert action.comments == []
    assert [each for each in commands(capsys.readouterr().out) if words in each[2]]
