from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from fakegithub import given, troubles
from fakegithub.message import Request
from fakegithub.server import Running
from fakegithub.troubles import Trouble, next_for

Ask = Callable[..., requests.Response]


def request(method: str, target: str) -> Request:
    return Request(method, target, {})


def test_a_trouble_meets_what_matches_and_is_used_up() -> None:
    waiting = [Trouble("POST", "/comments$", times=2)]
    assert next_for(waiting, request("GET", "/issues/1/comments")) is None
    assert next_for(waiting, request("POST", "/issues/1/comments")) is waiting[0]
    assert next_for(waiting, request("POST", "/issues/2/comments")) is waiting[0]
    assert next_for(waiting, request("POST", "/issues/3/comments")) is None


def test_some_may_go_well_first() -> None:
    waiting = [Trouble(path="page=", skip=1)]
    assert next_for(waiting, request("GET", "/issues?page=1")) is None
    assert next_for(waiting, request("GET", "/issues?page=2")) is waiting[0]


@pytest.mark.outside
@pytest.mark.parametrize(
    ("trouble", "happens"), [(troubles.lost_answer("POST"), True), (troubles.hung_up("POST"), False)]
)
def test_no_answer_comes_after_the_effect_or_before(
    github: Running, ask: Ask, trouble: Trouble, happens: bool
) -> None:
    given.issue(github.state)
    github.state.troubles.append(trouble)
    with pytest.raises(requests.ConnectionError):
        ask("POST", "/issues/1/comments", {"body": "hi"})
    assert len(github.state.repository.comments) == happens
    assert github.requests == [("POST", "/repos/octo/project/issues/1/comments", 0)]
    assert ask("POST", "/issues/1/comments", {"body": "again"}).status_code == 201


@pytest.mark.outside
@pytest.mark.parametrize("effect", [True, False])
def test_a_server_error_with_and_without_the_effect(github: Running, ask: Ask, effect: bool) -> None:
    github.state.troubles.append(Trouble("POST", status=502, effect=effect, body="<html>"))
    answer = ask("POST", "/labels", {"name": "x"})
    assert (answer.status_code, answer.text) == (502, "<html>")
    assert len(github.state.repository.labels) == effect
    assert github.requests[-1].status == 502


@pytest.mark.outside
def test_a_stall_ends_in_the_answer(github: Running, ask: Ask) -> None:
    github.state.troubles.append(Trouble(stall=0.01))
    assert ask("GET", "/issues").status_code == 200
    assert [trouble.times for trouble in github.state.troubles] == [0]


@pytest.mark.outside
def test_a_stall_holds_nobody_else_up(github: Running, ask: Ask) -> None:
    github.state.troubles.append(Trouble(path="/labels", stall=30))
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{github.url}/repos/octo/project/labels", timeout=0.2)
    assert requests.get(f"{github.url}/repos/octo/project/issues", timeout=20).status_code in (200, 401)


@pytest.mark.outside
def test_a_download_is_torn(github: Running, ask: Ask) -> None:
    made = given.artifact(github.state, given.run(github.state), "report", b"0123456789")
    github.state.troubles.append(Trouble(path=r"\.zip", cut_at=4))
    there = ask("GET", f"/actions/artifacts/{made.id}/zip").headers["location"]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(there, timeout=60)
    assert requests.get(there, timeout=60).content == b"0123456789"
