"""Docs "Rate limits for the REST API", "Best practices for using the REST API"."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests

from fakegithub import given, troubles
from fakegithub.server import Running

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


def test_every_answer_says_what_is_left(github: Running, ask: Ask) -> None:
    github.state.tokens["token"].limit = 2
    told = [ask("GET", "/issues") for _ in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 403]
    assert [answer.headers["x-ratelimit-remaining"] for answer in told] == ["1", "0", "0"]
    assert "API rate limit exceeded" in told[2].json()["message"]
    assert time.time() < int(told[2].headers["x-ratelimit-reset"]) <= time.time() + 3600


def test_at_the_reset_it_starts_over(github: Running, ask: Ask) -> None:
    token = github.state.tokens["token"]
    token.limit, token.used, token.reset = 1, 1, int(time.time()) - 1
    assert ask("GET", "/issues").status_code == 200


def test_a_refusal_counts_too(github: Running, ask: Ask) -> None:
    assert ask("GET", "/issues/7").headers["x-ratelimit-used"] == "1"


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_says_how_long_to_wait(github: Running, ask: Ask, status: int) -> None:
    github.state.troubles.append(troubles.secondary_limit("POST", status=status, wait=7))
    answer = ask("POST", "/labels", {"name": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert "secondary rate limit" in answer.json()["message"]
    assert not github.state.repository.labels


def test_a_secondary_limit_need_not_say_it(github: Running, ask: Ask) -> None:
    github.state.troubles.append(troubles.secondary_limit(wait=None))
    assert "retry-after" not in ask("GET", "/issues").headers


def test_a_scripted_primary_limit(github: Running, ask: Ask) -> None:
    github.state.troubles.append(troubles.primary_limit(status=429, wait=30))
    answer = ask("GET", "/issues")
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (429, "0")
    assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 30


def test_writes_in_a_hurry_are_refused_and_reads_are_not(github: Running, ask: Ask) -> None:
    given.issue(github.state)
    github.state.write_gap = 30
    assert ask("POST", "/issues/1/comments", {"body": "1"}).status_code == 201
    hurried = ask("POST", "/issues/1/comments", {"body": "2"})
    assert (hurried.status_code, hurried.headers["retry-after"]) == (403, "30")
    assert ask("GET", "/issues/1/comments").status_code == 200
