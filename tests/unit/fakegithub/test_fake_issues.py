"""Docs "REST API endpoints for issues", "… for issue comments"; for the longest body see issues.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from fakegithub import given
from fakegithub.server import Running
from fakegithub.state import BOT, Token

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


@pytest.mark.parametrize(("length", "status"), [(65_536, 201), (65_537, 422)])
@pytest.mark.parametrize(
    ("path", "more"), [("/issues", {"title": "x"}), ("/issues/1/comments", {})], ids=["issue", "comment"]
)
def test_how_long_a_body_may_be(
    github: Running, ask: Ask, path: str, more: dict[str, str], length: int, status: int
) -> None:
    given.issue(github.state)
    answer = ask("POST", path, {**more, "body": "é" * length})
    assert answer.status_code == status
    if status == 422:
        assert "maximum is 65536 characters" in answer.json()["errors"][0]["message"]


def test_an_edit_is_held_to_the_same_length(github: Running, ask: Ask) -> None:
    given.issue(github.state)
    made = given.comment(github.state, 1, "short")
    assert ask("PATCH", f"/issues/comments/{made.id}", {"body": "x" * 65_537}).status_code == 422
    assert made.body == "short"


def test_a_blank_comment_is_none(github: Running, ask: Ask) -> None:
    given.issue(github.state)
    assert ask("POST", "/issues/1/comments", {"body": " \n"}).status_code == 422


def test_pull_requests_are_issues_and_share_their_numbers(github: Running, ask: Ask) -> None:
    given.pull(github.state)
    made = ask("POST", "/issues", {"title": "x"}).json()
    assert made["number"] == 2
    listed = {issue["number"]: "pull_request" in issue for issue in ask("GET", "/issues").json()}
    assert listed == {1: True, 2: False}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 1]),
        ("?state=all", [3, 2, 1]),
        ("?state=closed", [2]),
        ("?state=all&labels=nightly", [2, 1]),
        ("?state=all&labels=nightly,gpu", [2]),
        ("?creator=octocat", [3]),
        ("?direction=asc", [1, 3]),
        ("?since=2026-01-03T00:00:00Z", [3]),
    ],
)
def test_issues_are_chosen(github: Running, ask: Ask, query: str, numbers: list[int]) -> None:
    given.issue(github.state, labels=["nightly"])
    given.issue(github.state, labels=["nightly", "gpu"], state="closed")
    given.issue(github.state, author="octocat")
    for number, issue in github.state.repository.issues.items():
        issue.created = issue.updated = f"2026-01-0{number}T00:00:00Z"
    assert [issue["number"] for issue in ask("GET", f"/issues{query}").json()] == numbers


def test_closing_and_reopening_say_who_and_why(github: Running, ask: Ask) -> None:
    github.state.tokens["person"] = Token("octocat", installation=False)
    issue = given.issue(github.state)
    closed = ask("PATCH", "/issues/1", {"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["closed_by"]["login"], closed["state_reason"]) == (BOT, "not_planned")
    assert closed["closed_at"]
    opened = ask("PATCH", "/issues/1", {"state": "open"}, token="person").json()
    assert (opened["closed_by"], opened["closed_at"], opened["state_reason"]) == (None, None, "reopened")
    told = [(one["event"], one["actor"]["login"]) for one in ask("GET", "/issues/1/events").json()]
    assert told == [("closed", BOT), ("reopened", "octocat")]
    assert issue.state == "open"


def test_what_is_closed_is_not_closed_again(github: Running, ask: Ask) -> None:
    issue = given.issue(github.state, state="closed", closed_by="octocat")
    assert ask("PATCH", "/issues/1", {"state": "closed"}).json()["closed_by"]["login"] == "octocat"
    assert issue.events == []


def test_a_label_that_is_not_there_is_made(github: Running, ask: Ask) -> None:
    made = ask("POST", "/issues", {"title": "x", "labels": ["nightly"]}).json()
    assert [label["name"] for label in made["labels"]] == ["nightly"]
    assert "nightly" in github.state.repository.labels


def test_labels_are_replaced_and_each_change_is_an_event(github: Running, ask: Ask) -> None:
    issue = given.issue(github.state, labels=["kept", "gone"])
    ask("PATCH", "/issues/1", {"labels": ["kept", "new"]})
    assert issue.labels == ["kept", "new"]
    assert [(one.event, one.label) for one in issue.events] == [("unlabeled", "gone"), ("labeled", "new")]


def test_a_label_is_made_once(github: Running, ask: Ask) -> None:
    assert ask("POST", "/labels", {"name": "Nightly", "color": "ff0000"}).status_code == 201
    again = ask("POST", "/labels", {"name": "nightly"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "already_exists")


def test_where_issues_are_off_none_is_made(github: Running, ask: Ask) -> None:
    github.state.repository.has_issues = False
    assert ask("POST", "/issues", {"title": "x"}).status_code == 410


@pytest.mark.parametrize("path", ["/issues/7", "/issues/7/comments", "/issues/comments/7", "/labels/none"])
def test_what_is_not_there_is_not_found(github: Running, ask: Ask, path: str) -> None:
    assert ask("GET", path).status_code == 404


def test_an_authors_name_is_that_of_the_token(github: Running, ask: Ask) -> None:
    github.state.tokens["app"] = Token("other-app[bot]")
    given.issue(github.state)
    made = ask("POST", "/issues/1/comments", {"body": "x"}, token="app").json()["user"]
    assert (made["login"], made["type"]) == ("other-app[bot]", "Bot")


def test_time_can_be_given(github: Running, ask: Ask) -> None:
    github.state.now = "2026-03-01T02:00:00Z"
    assert ask("POST", "/issues", {"title": "x"}).json()["created_at"] == "2026-03-01T02:00:00Z"
