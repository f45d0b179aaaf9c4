"""Docs "REST API endpoints for workflow runs", "… for workflow jobs", "… for GitHub Actions artifacts"."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import requests

from fakegithub import given
from fakegithub.server import Running

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("?branch=main", [4, 2, 1]),
        ("?event=schedule", [2]),
        ("?status=success&branch=main", [2, 1]),
        ("?status=in_progress", [4]),
        ("?created=>=2026-01-03", [4, 3]),
        ("?created=<=2026-01-01", [1]),
        ("?created=2026-01-02..2026-01-03", [3, 2]),
        ("?head_sha=" + "d" * 40, [3]),
    ],
)
def test_runs_are_chosen_newest_first(github: Running, ask: Ask, query: str, numbers: list[int]) -> None:
    state = github.state
    given.run(state, 1, created="2026-01-01T10:00:00Z")
    given.run(state, 2, created="2026-01-02T10:00:00Z", event="schedule")
    given.run(state, 3, created="2026-01-03T10:00:00Z", head_branch="topic", head_sha="d" * 40)
    given.run(state, 4, created="2026-01-04T10:00:00Z", status="in_progress", conclusion="")
    runs = ask("GET", f"/actions/runs{query}").json()["workflow_runs"]
    assert [run["run_number"] for run in runs] == numbers


def test_a_workflow_is_named_by_file_or_number(github: Running, ask: Ask) -> None:
    given.run(github.state, workflow="ci.yml")
    given.run(github.state, workflow="nightly.yml")
    number = ask("GET", "/actions/workflows/nightly.yml").json()["id"]
    for name in ("nightly.yml", number):
        (run,) = ask("GET", f"/actions/workflows/{name}/runs").json()["workflow_runs"]
        assert run["path"] == ".github/workflows/nightly.yml"
    assert ask("GET", "/actions/workflows/none.yml/runs").status_code == 404


@pytest.mark.parametrize(("repository", "numbers"), [("octo/project", [1]), ("somebody/project", [])])
def test_a_forks_run_names_no_pull_request(
    github: Running, ask: Ask, repository: str, numbers: list[int]
) -> None:
    """actions/runner#3444"""
    given.pull(github.state, head_repository=repository)
    run = given.run(github.state, head_branch="topic", head_repository=repository)
    told = ask("GET", f"/actions/runs/{run.id}").json()
    assert [pull["number"] for pull in told["pull_requests"]] == numbers
    assert told["head_repository"]["full_name"] == repository


def test_a_commit_of_a_fork_is_in_no_pull_request_of_the_base(github: Running, ask: Ask) -> None:
    given.pull(github.state, "1" * 40)
    given.pull(github.state, "2" * 40, head_repository="somebody/project")
    assert [len(ask("GET", f"/commits/{sha * 40}/pulls").json()) for sha in "12"] == [1, 0]


def test_jobs_are_those_of_the_latest_attempt(github: Running, ask: Ask) -> None:
    run = given.run(github.state)
    given.job(github.state, run, "cpu", "failure")
    run.attempt = 2
    given.job(github.state, run, "cpu")

    def conclusions(path: str) -> list[str]:
        return [job["conclusion"] for job in ask("GET", f"/actions/runs/{run.id}{path}").json()["jobs"]]

    assert conclusions("/jobs") == ["success"]
    assert conclusions("/jobs?filter=all") == ["failure", "success"]
    assert conclusions("/attempts/1/jobs") == ["failure"]
    assert ask("GET", f"/actions/runs/{run.id}/attempts/3/jobs").status_code == 404


def test_artifacts_are_chosen_by_name(github: Running, ask: Ask) -> None:
    run = given.run(github.state)
    for name in ("one", "two"):
        given.artifact(github.state, run, name, b"PK")
    found = ask("GET", f"/actions/runs/{run.id}/artifacts?name=two").json()
    assert (found["total_count"], found["artifacts"][0]["name"]) == (1, "two")


def test_a_download_is_a_redirect_that_wants_no_token(github: Running, ask: Ask) -> None:
    made = given.artifact(github.state, given.run(github.state), "report", given.zipped({"a.txt": b"a"}))
    there = ask("GET", f"/actions/artifacts/{made.id}/zip").headers["location"]
    assert not there.startswith(github.url)
    assert zipfile.ZipFile(io.BytesIO(requests.get(there, timeout=60).content)).namelist() == ["a.txt"]
    leaked = requests.get(there, headers={"authorization": "token token"}, timeout=60)
    assert leaked.status_code == 400
    assert requests.get(there[:-4] + "0000", timeout=60).status_code == 403


def test_a_redirect_is_good_for_a_while_only(github: Running, ask: Ask) -> None:
    github.state.signed_for = -1
    made = given.artifact(github.state, given.run(github.state), "report", b"PK")
    there = ask("GET", f"/actions/artifacts/{made.id}/zip").headers["location"]
    assert requests.get(there, timeout=60).status_code == 403


def test_an_expired_artifact_is_gone(github: Running, ask: Ask) -> None:
    made = given.artifact(github.state, given.run(github.state), "report", b"PK", expired=True)
    assert ask("GET", f"/actions/artifacts/{made.id}/zip").status_code == 410
    assert ask("GET", f"/actions/artifacts/{made.id}").json()["expired"] is True
