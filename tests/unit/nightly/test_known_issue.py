from __future__ import annotations

import pytest

from tf_docker_check.model.github import Issue, IssueEvent
from tf_docker_check.nightly.issue_memory import issue_body
from tf_docker_check.nightly.issue_values import IssueMemory
from tf_docker_check.nightly.known_issue import by_signature, read_issue

OURS, SIGNATURE = "github-actions[bot]", "0123456789abcdef"
BODY = issue_body("text", IssueMemory(SIGNATURE, ("a@cpu",)))
WE_CLOSED, THEY_CLOSED, THEY_REOPENED = (
    IssueEvent("closed", OURS, "day 1"),
    IssueEvent("closed", "ann", "day 2"),
    IssueEvent("reopened", "ann", "day 3"),
)
LABELED = IssueEvent("labeled", "ann", "day 9")


def issue(number: int = 1, state: str = "open", body: str = BODY, author: str = OURS) -> Issue:
    return Issue(number, "title", body, state, author, (), "url", "", False)


@pytest.mark.parametrize(
    ("issues", "number"),
    [
        ([issue(5), issue(3)], 3),
        ([issue(3, "closed"), issue(5)], 5),
        ([issue(3, "closed"), issue(5, "closed")], 5),
        ([issue(3, author="ann"), issue(5)], 5),
        ([issue(3, body=f"> {BODY}"), issue(5)], 5),
    ],
)
def test_one_issue_stands_for_its_signature(issues: list[Issue], number: int) -> None:
    assert {key: each.number for key, each in by_signature(issues, OURS).items()} == {SIGNATURE: number}


@pytest.mark.parametrize(
    ("state", "events", "reopened", "closed_by_person", "closed"),
    [
        ("open", [], False, False, ""),
        ("closed", [WE_CLOSED, LABELED], False, False, "day 1"),
        ("closed", [WE_CLOSED, THEY_CLOSED], False, True, "day 2"),
        ("open", [WE_CLOSED, THEY_REOPENED], True, False, ""),
        ("open", [THEY_CLOSED, IssueEvent("reopened", OURS, "day 4")], False, False, ""),
    ],
)
def test_who_closed_and_reopened_it(
    state: str, events: list[IssueEvent], *, reopened: bool, closed_by_person: bool, closed: str
) -> None:
    found = read_issue(issue(state=state), events, OURS)
    assert (found.reopened_by_person, found.closed_by_person, found.closed) == (
        reopened,
        closed_by_person,
        closed,
    )
    assert found.memory == IssueMemory(SIGNATURE, ("a@cpu",))
