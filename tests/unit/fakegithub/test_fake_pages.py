"""Docs "Using pagination in the REST API"."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from fakegithub import given
from fakegithub.server import Running

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


@pytest.fixture
def commented(github: Running) -> Running:
    """One issue with 250 comments."""
    given.issue(github.state)
    for number in range(250):
        given.comment(github.state, 1, f"comment {number}")
    return github


@pytest.mark.parametrize(
    ("query", "length", "links"),
    [
        ("", 30, {"next", "last"}),
        ("?per_page=100", 100, {"next", "last"}),
        ("?per_page=500", 100, {"next", "last"}),
        ("?per_page=100&page=2", 100, {"first", "prev", "next", "last"}),
        ("?per_page=100&page=3", 50, {"first", "prev"}),
        ("?per_page=100&page=4", 0, {"first", "prev"}),
    ],
)
def test_a_page_and_the_way_to_the_others(
    commented: Running, ask: Ask, query: str, length: int, links: set[str]
) -> None:
    answer = ask("GET", f"/issues/1/comments{query}")
    assert len(answer.json()) == length
    assert set(answer.links) == links


def test_the_links_lead_through_everything_once(commented: Running, ask: Ask) -> None:
    answer = ask("GET", "/issues/1/comments?per_page=100")
    seen = answer.json()
    while "next" in answer.links:
        answer = requests.get(answer.links["next"]["url"], timeout=60)
        seen += answer.json()
    assert [comment["body"] for comment in seen] == [f"comment {number}" for number in range(250)]
    assert "/repositories/1296269/" in commented.requests[-1].path


def test_one_page_has_no_links(github: Running, ask: Ask) -> None:
    assert ask("GET", "/issues").json() == []
    assert "link" not in ask("GET", "/issues").headers


def test_wrapped_lists_count_all_pages(github: Running, ask: Ask) -> None:
    for number in range(40):
        given.run(github.state, number)
    answer = ask("GET", "/actions/runs").json()
    assert (answer["total_count"], len(answer["workflow_runs"])) == (40, 30)
