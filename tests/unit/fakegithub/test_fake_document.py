from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
import requests

from fakegithub import document, given, server
from fakegithub.complete import complete
from fakegithub.message import Answer, Request
from fakegithub.routes import ROUTES, Route
from fakegithub.server import Running

Ask = Callable[..., requests.Response]


def test_the_cut_holds_the_operations_that_are_answered_and_no_others() -> None:
    cut = document.cut()["paths"]
    assert {(method.upper(), path) for path in cut for method in cut[path]} == {
        (route.method, route.template) for route in ROUTES
    }


def test_the_cut_says_which_package_it_is_from() -> None:
    assert document.cut()["info"]["x-package"].startswith("@octokit/openapi ")


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/issues/1/comments", {"text": "hi"}, "'body' is a required property"),
        ("POST", "/issues/1/comments", {"body": "hi", "boddy": ""}, "boddy"),
        ("POST", "/issues/1/comments", {"body": 5}, "$.body"),
        ("POST", "/issues/1/comments", None, "body"),
        ("PATCH", "/issues/1", {"state": "shut"}, "$.state"),
        ("GET", "/issues/one", None, "invalid literal"),
        ("GET", "/issues?perpage=100", None, "perpage"),
        ("GET", "/issues?state=opened", None, "state"),
        ("GET", "/stargazers", None, "not among the operations"),
        ("POST", "/issues/1", {"state": "closed"}, "not among the operations"),
    ],
)
@pytest.mark.outside
def test_what_the_document_does_not_allow_is_answered_with_500_and_kept(
    method: str, path: str, body: object, words: str
) -> None:
    with contextlib.suppress(document.Violation), server.start() as running:
        given.issue(running.state)
        headers = {"authorization": "Bearer token"}
        url = f"{running.url}/repos/octo/project{path}"
        ended = requests.request(method, url, json=body, headers=headers, timeout=60)
    assert ended.status_code == 500
    (told,) = running.violations
    assert told.startswith(f"{method} /repos/octo/project{path}: ")
    assert words in told
    assert words in ended.json()["message"]


def serve(violation: str = "", failure: type[Exception] | None = None) -> None:
    with server.start() as running:
        running.violations.append(violation)
        if failure:
            raise failure


@pytest.mark.outside
@pytest.mark.parametrize(
    ("failure", "raised"), [(None, document.Violation), (ZeroDivisionError, ZeroDivisionError)]
)
def test_violations_are_raised_at_the_end_and_hide_no_failure(
    failure: type[Exception] | None, raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        serve("something", failure)


@pytest.mark.outside
def test_a_mistake_of_the_fake_itself_is_found(
    github: Running, ask: Callable[..., requests.Response]
) -> None:
    given.issue(github.state).title = 5  # type: ignore[assignment]
    given.issue(github.state).labels = None  # type: ignore[assignment]
    assert [ask("GET", f"/issues/{number}").status_code for number in (1, 2)] == [500, 500]
    first, second = github.violations
    github.violations.clear()
    assert "answer 200 to GET /repos/octo/project/issues/1: $.title" in first
    assert second.startswith("the fake itself failed:")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.template}")
def test_what_is_filled_in_is_what_the_document_wants(route: Route) -> None:
    """From nothing at all: every required field at every depth."""
    statuses = [int(status) for status in document.operation(route)["responses"]]
    good = next(status for status in statuses if status < 400 and status != 304)
    schema = document.schema_of(route, good)
    empty: object = [] if document.resolve(schema).get("type") == "array" else {}
    answer = Answer(good, complete(schema, empty) if schema else None, {"location": "/"})
    document.check_answer(
        route, dict.fromkeys(route.pattern.groupindex, "1"), Request(route.method, "", {}), answer
    )
