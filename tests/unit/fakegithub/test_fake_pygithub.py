"""The real PyGithub uses each operation, and gets what it needs from the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from github import Auth, Github
from github.Repository import Repository

from fakegithub import given
from fakegithub.server import Running
from fakegithub.state import BOT, Token

pytestmark = pytest.mark.outside
Use = Callable[[Github, Repository], object]

USES: dict[str, tuple[Use, object]] = {
    "the default branch": (lambda _, there: there.default_branch, "main"),
    "an issue": (lambda _, there: there.get_issue(2).title, "An issue"),
    "issues and pull requests": (
        lambda _, there: [(one.number, one.pull_request is not None) for one in there.get_issues()],
        [(2, False), (1, True)],
    ),
    "a new issue": (
        lambda _, there: there.create_issue("Broken", body="since today", labels=["nightly"]).user.login,
        BOT,
    ),
    "an issue's update": (lambda _, there: there.get_issue(2).edit(body="better", labels=["x"]), None),
    "an issue's events": (
        lambda _, there: (
            there.get_issue(2).edit(state="closed", state_reason="completed"),
            [(one.event, one.actor.login) for one in there.get_issue(2).get_events()],
            there.get_issue(2).closed_by.login,
        )[1:],
        ([("closed", BOT)], BOT),
    ),
    "an issue's labels": (
        lambda _, there: (
            there.get_issue(2).add_to_labels("a", "b"),
            there.get_issue(2).remove_from_labels("a"),
            [label.name for label in there.get_issue(2).get_labels()],
        )[-1],
        ["b"],
    ),
    "labels": (
        lambda _, there: (
            there.create_label("c", "ff0000"),
            there.get_label("c").color,
            [label.name for label in there.get_labels()],
        )[1:],
        ("ff0000", ["c"]),
    ),
    "comments": (
        lambda _, there: [(one.user.login, one.body) for one in there.get_issue(1).get_comments()],
        [(BOT, "hello")],
    ),
    "a comment's life": (
        lambda _, there: (
            made := there.get_issue(1).create_comment("first"),
            made.edit("second"),
            there.get_issue(1).get_comment(made.id).body,
            made.delete(),
        )[2],
        "second",
    ),
    "a pull request": (
        lambda _, there: (there.get_pull(1).head.repo.full_name, there.get_pull(1).head.sha),
        ("somebody/project", "c" * 40),
    ),
    "pull requests from a branch": (
        lambda _, there: [one.number for one in there.get_pulls(head="somebody:topic")],
        [1],
    ),
    "pull requests of a commit": (
        lambda _, there: [one.number for one in there.get_commit("work").get_pulls()],
        [],
    ),
    "a new pull request": (
        lambda _, there: (
            made := there.create_pull(base="main", head="work", title="Lock", body="new digests"),
            made.edit(body="newer digests"),
            there.get_pull(made.number).body,
        )[-1],
        "newer digests",
    ),
    "a check run": (
        lambda _, there: (
            made := there.create_check_run("images", "c" * 40, status="in_progress"),
            made.edit(
                conclusion="failure",
                output={
                    "title": "one image fails",
                    "summary": "…",
                    "annotations": [
                        {
                            "path": "Dockerfile",
                            "start_line": 3,
                            "end_line": 3,
                            "annotation_level": "failure",
                            "message": "no such tag",
                        }
                    ],
                },
            ),
            there.get_check_run(made.id).status,
            [one.message for one in there.get_check_run(made.id).get_annotations()],
        )[2:],
        ("completed", ["no such tag"]),
    ),
    "runs": (
        lambda _, there: [run.head_repository.full_name for run in there.get_workflow_runs(branch="main")],
        ["octo/project"],
    ),
    "a workflow's runs": (
        lambda _, there: [run.event for run in there.get_workflow("ci.yml").get_runs(status="success")],
        ["push"],
    ),
    "workflows": (
        lambda _, there: [one.path for one in there.get_workflows()],
        [".github/workflows/ci.yml"],
    ),
    "jobs": (
        lambda _, there: [job.name for run in there.get_workflow_runs() for job in run.jobs()],
        ["cells (cpu)"],
    ),
    "artifacts": (
        lambda _, there: [
            (one.name, one.size_in_bytes, one.expired, one.workflow_run.head_sha)
            for run in there.get_workflow_runs()
            for one in run.get_artifacts()
        ],
        [("report", 2, False, "a" * 40)],
    ),
    "artifacts of a repository": (
        lambda _, there: [there.get_artifact(one.id).name for one in there.get_artifacts(name="report")],
        ["report"],
    ),
    "a branch": (lambda _, there: there.get_branch("work").commit.commit.message, ""),
    "refs": (
        lambda _, there: (
            made := there.create_git_ref("refs/heads/new/one", there.get_branch("main").commit.sha),
            made.edit(there.get_git_ref("heads/work").object.sha, force=True),
            [one.ref for one in there.get_git_matching_refs("heads/new")],
            made.delete(),
        )[2],
        ["refs/heads/new/one"],
    ),
    "files": (
        lambda _, there: (
            there.create_file("data/new.json", "add", "{}", branch="work"),
            made := there.get_contents("data/new.json", ref="work"),
            there.update_file("data/new.json", "change", "[]", made.sha, branch="work"),
            there.get_contents("data/new.json", ref="work").decoded_content,
            [one.path for one in there.get_contents("data", ref="work")],
            [one.commit.message for one in there.get_commits(sha="work", path="data/new.json")],
        )[3:],
        (b"[]", ["data/new.json"], ["change", "add"]),
    ),
    "who asks": (lambda api, _: api.get_user().login, "octocat"),
}


@pytest.fixture
def peopled(github: Running) -> Running:
    state = github.state
    given.fork(state)
    given.branch(state, "main", {"README.md": b"hello"})
    given.branch(state, "work", {"README.md": b"hello, you"})
    given.comment(state, given.pull(state, head_repository="somebody/project").number, "hello")
    given.issue(state)
    run = given.run(state)
    given.job(state, run, "cells (cpu)")
    given.artifact(state, run, "report", b"PK")
    state.tokens["person"] = Token("octocat", installation=False)
    return github


@pytest.fixture
def api(peopled: Running, request: pytest.FixtureRequest) -> Iterator[Github]:
    token = "person" if request.node.callspec.id == "who asks" else "token"
    api = Github(
        auth=Auth.Token(token),
        base_url=peopled.url,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    yield api
    api.close()


@pytest.mark.parametrize(("use", "expected"), USES.values(), ids=USES)
def test_pygithub_can_use(api: Github, use: Use, expected: object) -> None:
    assert use(api, api.get_repo("octo/project")) == expected
