"""The issues of a night on the fake GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import BOT, OWN
from fakegithub.troubles import Trouble, lost_answer
from nightly.made import night
from nightly.test_report import FOUND, HOSTILE
from tf_docker_check.github.client import GitHub, connect
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.model.config import NightlySettings
from tf_docker_check.nightly import issues
from tf_docker_check.nightly.issue_memory import memory_in
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.pipeline.remarks import Remarks

pytestmark = pytest.mark.outside

SETTINGS = NightlySettings(close_after=1)
OTHER = replace(FOUND, id="f" * 16, title="another failure")


@pytest.fixture
def fake() -> Iterator[Running]:
    with server.start() as running:
        yield running


@pytest.fixture
def github(fake: Running) -> GitHub:
    return connect("token", OWN, api_url=fake.url, retry_budget=RetryBudget(sleep=lambda _: None))


def report(run: int, *found: Regression, **more: object) -> NightReport:
    ends = dict.fromkeys(FOUND.cells, "failed" if found else "passed")
    return NightReport(night(run), regressions=found, ends=ends, **more)  # type: ignore[arg-type]


def settled(github: GitHub, said: NightReport, *, write: bool = True) -> list[str]:
    remarks = Remarks()
    steps = issues.settle(github, said, SETTINGS, remarks, write=write)
    return [f"{each.step} {each.number}" for each in steps] + remarks.lines


def test_each_failure_has_its_issue_through_all_its_life(fake: Running, github: GitHub) -> None:
    assert settled(github, report(1, FOUND, OTHER)) == ["open 1", "open 2"]
    assert settled(github, report(2, FOUND, OTHER)) == ["update 1", "update 2"]
    assert settled(github, report(2, FOUND, OTHER)) == ["leave 1", "leave 2"]
    assert settled(github, report(3)) == ["close 1", "close 2"]
    assert settled(github, report(4, FOUND)) == ["reopen 1"]
    assert {each.state for each in fake.state.repository.issues.values()} == {"open", "closed"}
    memory = memory_in(fake.state.repository.issues[1].body or "")
    assert memory is not None
    assert (memory.run, memory.good_nights) == (4, 0)


def test_a_rehearsal_asks_and_writes_nothing(fake: Running, github: GitHub) -> None:
    assert settled(github, report(1, FOUND), write=False) == ["open 0"]
    assert {each.method for each in fake.requests} == {"GET"}


def test_of_two_opened_at_once_the_older_stays(
    fake: Running, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issues, "_ours", lambda *_: {})  # both looked before either opened
    assert settled(github, report(1, FOUND)) == ["open 1"]
    assert settled(github, report(2, FOUND)) == ["open 1"]
    first, second = fake.state.repository.issues.values()
    assert (first.state, second.state, second.state_reason) == ("open", "closed", "not_planned")
    monkeypatch.undo()
    assert settled(github, report(3)) == ["close 1"]
    assert settled(github, report(4, FOUND)) == ["reopen 1"]


@pytest.mark.parametrize("author", ["mallory", "some-other[bot]"])
def test_an_issue_that_another_wrote_is_none_of_ours(fake: Running, github: GitHub, author: str) -> None:
    settled(github, report(1, FOUND))
    copied = fake.state.repository.issues[1].body or ""
    fake.state.repository.issues[1].author = author
    assert settled(github, report(2, FOUND)) == ["open 2"]
    assert fake.state.repository.issues[1].body == copied


def test_an_issue_that_lost_its_labels_and_its_memory_is_still_found(fake: Running, github: GitHub) -> None:
    settled(github, report(1, FOUND))
    issue = fake.state.repository.issues[1]
    issue.labels, issue.body = [], (issue.body or "").splitlines()[0] + "\r\nsomebody edited this"
    assert settled(github, report(2, FOUND)) == ["update 1"]
    assert memory_in(issue.body or "")


def test_many_issues_and_pull_requests_hide_none(fake: Running, github: GitHub) -> None:
    settled(github, report(1, FOUND))
    for number in range(230):
        (given.issue if number % 2 else given.pull)(fake.state)
    assert settled(github, report(2, FOUND)) == ["update 1"]


def test_an_answer_that_was_lost_opens_no_second_issue(fake: Running, github: GitHub) -> None:
    fake.state.troubles.append(lost_answer("POST", "/issues"))
    assert settled(github, report(1, FOUND)) == ["open 1"]
    assert len(fake.state.repository.issues) == 1


def test_trouble_with_one_costs_no_other(fake: Running, github: GitHub) -> None:
    fake.state.troubles.append(Trouble("POST", "/issues", status=410))
    found = settled(github, report(1, FOUND, OTHER))
    assert found[:2] == ["open 0", "open 1"]
    assert len(found) == 3


def test_a_person_who_closed_it_is_heeded(fake: Running, github: GitHub) -> None:
    settled(github, report(1, FOUND))
    fake.state.tokens["hers"] = replace(fake.state.tokens["token"], login="ann", installation=False)
    connect("hers", OWN, api_url=fake.url).update_issue(1, state="closed")
    assert settled(github, report(2, FOUND)) == ["leave 1"]
    assert fake.state.repository.issues[1].state == "closed"


def test_one_issue_for_all_that_cannot_be_judged_and_only_once_it_lasts(
    fake: Running, github: GitHub
) -> None:
    def trouble(run: int, nights: int) -> NightReport:
        ends = dict.fromkeys(FOUND.cells, "errored")
        why = dict.fromkeys(FOUND.cells, HOSTILE)
        return replace(report(run), ends=ends, infrastructure=why, infrastructure_nights=nights)

    assert settled(github, trouble(1, 1)) == []
    assert settled(github, trouble(2, 3)) == ["open 1"]
    assert settled(github, trouble(3, 4)) == ["update 1"]
    body = fake.state.repository.issues[1].body or ""
    assert "@everyone" not in body
    assert "<img" not in body
    assert settled(github, report(4, FOUND)) == ["open 2", "close 1"]
    assert fake.state.repository.issues[1].author == BOT
