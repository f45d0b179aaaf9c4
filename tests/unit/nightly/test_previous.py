"""What earlier nights left: which of their artifacts count, and what damage costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import OWN
from fakegithub.troubles import Trouble
from nightly.made import record
from tf_docker_check.gha.event import Context, context
from tf_docker_check.github.client import connect
from tf_docker_check.github.errors import GitHubError
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.nightly import history
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.previous import PreviousNights, load_from_runs
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.upstream import document

pytestmark = pytest.mark.outside

HERE = context(
    {
        "GITHUB_REPOSITORY": OWN,
        "GITHUB_EVENT_NAME": "schedule",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_RUN_ID": "5000",
        "GITHUB_RUN_NUMBER": "50",
        "GITHUB_WORKFLOW_REF": f"{OWN}/.github/workflows/nightly.yml@refs/heads/main",
    },
    {},
)


@pytest.fixture
def github() -> Iterator[Running]:
    with server.start() as running:
        yield running


def left(github: Running, number: int, attempt: int = 1, key: str = "default", **more: object) -> None:
    """A night that left one record of its own, of the month's day *number*."""
    run = given.run(github.state, number, workflow="nightly.yml", **{"event": "schedule", **more})
    files = {
        "history.jsonl": history.dump(History((record(number),))),
        "watch.json": document.dump(WatchState(run=number, when=f"{90 - number}", listed=str(number))),
    }
    given.artifact(github.state, run, f"tf-docker-check-{key}-nightly-{attempt}", given.zipped(files))


def past(github: Running, run: Context = HERE) -> PreviousNights:
    return load_from_runs(
        connect("token", OWN, api_url=github.url, retry_budget=RetryBudget(sleep=lambda _: None)),
        run,
        "default",
    )


def runs(found: PreviousNights) -> list[int]:
    return [each.run for each in found.history.records]


def test_the_newest_three_are_merged_and_the_newest_watched(github: Running) -> None:
    for number in (3, 1, 5, 4):
        left(github, number)
    found = past(github)
    assert runs(found) == [3, 4, 5]
    assert found.watched.listed == "5"  # by the run's number: clocks go back


@pytest.mark.parametrize(
    "more",
    [
        {"event": "pull_request"},
        {"head_branch": "topic"},
        {"head_repository": "somebody/project"},
        {"status": "in_progress", "conclusion": ""},
        {"key": "other"},
    ],
)
def test_other_runs_do_not_count(github: Running, more: dict[str, str]) -> None:
    left(github, 1)
    left(github, 2, **more)  # type: ignore[arg-type]
    assert runs(past(github)) == [1]


def test_a_night_that_was_cancelled_counts_with_what_it_left(github: Running) -> None:
    left(github, 1, conclusion="cancelled")
    assert runs(past(github)) == [1]


def test_an_earlier_attempt_of_this_very_run_counts(github: Running) -> None:
    left(github, 1)
    left(github, 2, status="in_progress", conclusion="")
    own = max(github.state.repository.runs)
    assert runs(past(github, replace(HERE, run_id=own, run_number=2, attempt=2))) == [1, 2]


def test_what_is_damaged_or_gone_is_told_and_older_nights_stand_in(github: Running) -> None:
    for number in (1, 2, 3, 4):
        left(github, number)
    stored = list(github.state.repository.artifacts.values())
    stored[3].data = b"no zip"
    stored[2].expired = True
    found = past(github)
    assert runs(found) == [1, 2]
    assert len(found.notes) == 1


def test_a_watch_list_that_is_damaged_costs_no_record(github: Running) -> None:
    left(github, 1)
    given_ = {"history.jsonl": history.dump(History((record(2),))), "watch.json": b'{"tags": []}'}
    next(iter(github.state.repository.artifacts.values())).data = given.zipped(given_)
    found = past(github)
    assert (runs(found), found.watched) == ([2], WatchState())
    assert "counts as new" in found.notes[0]


def test_the_first_night_has_no_past(github: Running) -> None:
    assert past(github) == PreviousNights()


@pytest.mark.parametrize("path", ["/runs", "/artifacts"])
def test_a_github_that_does_not_tell_is_no_empty_past(github: Running, path: str) -> None:
    left(github, 1)
    github.state.troubles.append(Trouble("GET", path, status=503, times=9))
    with pytest.raises(GitHubError):
        past(github)


def test_files_of_others_are_not_even_unpacked(github: Running) -> None:
    left(github, 1)
    stored = next(iter(github.state.repository.artifacts.values()))
    stored.data = given.zipped({"history.jsonl": b"", "results.json": json.dumps({}).encode()})
    assert past(github).notes == ()
