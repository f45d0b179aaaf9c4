from __future__ import annotations

import pytest

from tf_docker_check.model.github import Issue, IssueEvent
from tf_docker_check.model.nightly import Memory
from tf_docker_check.upstream.known import by_signature, known
from tf_docker_check.upstream.memory import framed

OURS, SIGNATURE = "github-actions[bot]", "0123456789abcdef"
BODY = framed("text", Memory(SIGNATURE, ("a@cpu",)))
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
    found = known(issue(state=state), events, OURS)
    assert (found.reopened_by_person, found.closed_by_person, found.closed) == (
        reopened,
        closed_by_person,
        closed,
    )
    assert found.memory == Memory(SIGNATURE, ("a@cpu",))
