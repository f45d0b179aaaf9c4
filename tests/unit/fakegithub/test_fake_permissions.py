"""Docs "Permissions required for GitHub Apps", "Troubleshooting the REST API"."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from fakegithub import given
from fakegithub.server import Running
from fakegithub.state import READ_ONLY, Token

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


@pytest.fixture
def peopled(github: Running) -> Running:
    state = github.state
    given.pull(state)
    given.issue(state)
    given.artifact(state, given.run(state), "report", b"PK")
    tokens = state.tokens
    tokens["fork"] = Token(permissions=dict(READ_ONLY))
    tokens["nothing"] = Token(permissions={})
    tokens["pulls"] = Token(permissions={"pull_requests": "write"})
    tokens["issues"] = Token(permissions={"issues": "write"})
    tokens["person"] = Token("octocat", installation=False)
    return github


@pytest.mark.parametrize(
    ("token", "number", "status"),
    [
        ("token", 1, 201),
        ("fork", 1, 403),
        ("nothing", 1, 403),
        ("pulls", 1, 201),
        ("issues", 1, 201),
        ("pulls", 2, 403),
        ("issues", 2, 201),
        ("person", 1, 201),
        ("wrong", 1, 401),
        ("", 1, 401),
    ],
)
def test_who_may_comment(peopled: Running, ask: Ask, token: str, number: int, status: int) -> None:
    answer = ask("POST", f"/issues/{number}/comments", {"body": "hi"}, token=token)
    assert answer.status_code == status
    assert len(peopled.state.repository.comments) == (status == 201)


def test_a_refusal_names_the_permission(peopled: Running, ask: Ask) -> None:
    answer = ask("POST", "/issues/1/comments", {"body": "hi"}, token="fork")
    assert answer.json()["message"] == "Resource not accessible by integration"
    assert answer.headers["x-accepted-github-permissions"] == "issues=write; pull_requests=write"


@pytest.mark.parametrize(
    ("private", "token", "status"),
    [
        (False, "nothing", 200),
        (False, "", 200),
        (True, "fork", 200),
        (True, "pulls", 403),
        (True, "nothing", 403),
        (True, "", 404),
    ],
)
def test_who_may_read_runs(peopled: Running, ask: Ask, private: bool, token: str, status: int) -> None:
    peopled.state.repository.private = private
    assert ask("GET", "/actions/runs", token=token).status_code == status


@pytest.mark.parametrize(("token", "status"), [("token", 302), ("fork", 302), ("nothing", 403), ("", 401)])
def test_downloading_takes_a_permission_even_where_all_is_public(
    peopled: Running, ask: Ask, token: str, status: int
) -> None:
    (artifact,) = peopled.state.repository.artifacts
    assert ask("GET", f"/actions/artifacts/{artifact}/zip", token=token).status_code == status


@pytest.mark.parametrize(
    ("token", "status", "login"), [("person", 200, "octocat"), ("token", 403, None), ("", 401, None)]
)
def test_only_a_person_is_told_who_it_is(
    peopled: Running, token: str, status: int, login: str | None
) -> None:
    headers = {"authorization": f"token {token}"} if token else {}
    answer = requests.get(f"{peopled.url}/user", headers=headers, timeout=60)
    assert (answer.status_code, answer.json().get("login")) == (status, login)


def test_a_jobs_token_writes_to_its_own_repository_only(peopled: Running) -> None:
    fork = given.fork(peopled.state)
    url = f"{peopled.url}/repos/{fork.name}/labels"
    answer = requests.post(url, json={"name": "x"}, headers={"authorization": "token token"}, timeout=60)
    assert answer.status_code == 403


def test_who_does_not_say_who_it_is_is_turned_away(github: Running) -> None:
    """Docs "Getting started with the REST API": all requests must have a User-Agent."""
    with requests.Session() as session:
        session.headers["User-Agent"] = ""
        assert session.get(f"{github.url}/repos/octo/project", timeout=60).status_code == 403


def test_only_apps_write_check_runs_and_each_its_own(peopled: Running, ask: Ask) -> None:
    """Docs "REST API endpoints for check runs"."""
    run = {"name": "images", "head_sha": "c" * 40}
    assert ask("POST", "/check-runs", run, token="person").status_code == 403
    made = ask("POST", "/check-runs", run).json()["id"]
    peopled.state.tokens["other"] = Token("other[bot]")
    assert ask("PATCH", f"/check-runs/{made}", {"name": "x"}, token="other").status_code == 403
    assert ask("PATCH", f"/check-runs/{made}", {"name": "x"}).json()["name"] == "x"
