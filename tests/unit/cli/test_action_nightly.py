"""Nights from watching to issues; the engine is a fake, GitHub and the registry too."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from registry.server import Reply, Request, Server, serving

import fakegithub.server
from engine.climb import climber
from engine.fake import FakeEngine, Script, image
from engine.nights import Nights
from fakegithub import given
from fakegithub.state import BOT, Event
from fakegithub.troubles import Trouble
from tf_docker_check.cli import session
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.model.image import Image
from tf_docker_check.nightly import run as module
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.pipeline.locking import FILE
from tf_docker_check.registry import transport
from tf_docker_check.upstream import lock, resolution

pytestmark = pytest.mark.outside

NIGHTLY = {"close-after": 2, "infrastructure-nights": 2, "bisect": False}


class Tags:
    """What the registry's tags answer, and which of it is broken. Plays the engine's hub, too."""

    def __init__(self, server: Server) -> None:
        self.server, self.broken = server, dict[str, str]()

    def push(self, tag: str, content: str, why: str = "") -> str:
        """Let *tag* be an image of *content*, which fails to import TensorFlow for *why*, if it does."""
        digest = self.server.image("tf", tag, [content.encode()])
        self.broken[image(digest).id] = why
        return digest

    def delete(self, tag: str) -> None:
        del self.server.content[f"/v2/tf/manifests/{tag}"]

    def get(self, reference: str) -> Image | None:
        digest = reference.partition("@")[2]
        there = f"/v2/tf/manifests/{digest}" in self.server.content
        return image(digest) if there else None

    def engine(self, _: str) -> FakeEngine:
        return FakeEngine(hub=self, on_run=self.climb)  # type: ignore[arg-type]

    def climb(self, request: RunRequest) -> Script:
        why = self.broken[request.image]
        return climber(**({"import": why} if why else {}))(request) if request.stdin else Script()


@pytest.fixture
def tags() -> Iterator[Tags]:
    with serving() as server:
        yield Tags(server)


@pytest.fixture
def nights(tags: Tags, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    """A project that stands on the tag `latest`."""
    monkeypatch.setattr(FakeEngine, "find_executable", lambda *_: "/usr/bin/python3")
    monkeypatch.setattr(session, "begin_run", partial(begin_run, connect=tags.engine))
    monkeypatch.setattr(resolution, "list_versions", lambda *_: ("2.21.0",))
    monkeypatch.setattr(
        "tf_docker_check.github.client.RetryBudget", partial(RetryBudget, sleep=lambda _: None)
    )
    monkeypatch.setattr(
        "tf_docker_check.registry.client.Transport", partial(transport.Transport, sleep=lambda _: None)
    )
    config = {"strategies": {"ours": {"from": f"{tags.server.address}/tf:latest"}}, "nightly": NIGHTLY}
    with fakegithub.server.start() as github:
        given.branch(github.state)
        made = Nights(github, tmp_path, json.dumps(config), {"PATH": os.environ["PATH"]})
        made.workspace.mkdir()
        yield made


def test_from_good_to_broken_to_mended(nights: Nights, tags: Tags) -> None:
    good = tags.push("latest", "good")
    assert (nights().code, nights.issues, len(nights.pulls)) == (0, [], 1)
    bad = tags.push("latest", "bad", "ImportError: no")
    first = nights()
    (issue,) = nights.issues
    assert (first.code, first.steps, first.outputs["issue-number"]) == (1, ["open"], str(issue.number))
    assert (issue.author, issue.labels) == (BOT, ["tf-docker-check"])
    assert good in (issue.body or "")
    assert bad in (issue.body or "")
    assert first.report["proposal"] is False
    assert nights().steps == ["update"]
    tags.push("latest", "worse", "ImportError: no")
    assert nights().steps == ["comment"]
    mended = tags.push("latest", "mended")
    assert nights().steps == ["update"]
    last = nights()
    assert (last.code, last.steps, issue.state) == (0, ["close"], "closed")
    assert mended in [each.body for each in nights.github.state.repository.comments.values()][-1]
    assert (nights().report["due"], len(nights.issues)) == ({}, 1)


def test_a_relapse_reopens_and_what_a_person_reopened_stays_open(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "good")
    nights()
    for content, why, count in (("bad", "ImportError: no", 1), ("mended", "", 2)):
        tags.push("latest", content, why)
        for _ in range(count):
            nights()
    (issue,) = nights.issues
    assert issue.state == "closed"
    tags.push("latest", "bad", "ImportError: no")
    assert (nights().steps, issue.state) == (["reopen"], "open")
    issue.events.append(Event(1, "closed", BOT, "2026-01-01T00:00:00Z"))
    issue.events.append(Event(2, "reopened", "ann", "2026-01-01T00:00:00Z"))
    tags.push("latest", "mended")
    assert [nights().steps for _ in range(3)] == [["update"], ["update"], ["leave"]]
    assert issue.state == "open"


def test_nothing_moved_costs_one_request_and_no_pull(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "good")
    nights()
    asked = len(tags.server.requests)
    quiet = nights()
    assert [each.method for each in tags.server.requests[asked:]] == ["HEAD"]
    assert (quiet.code, quiet.report["due"], quiet.steps) == (0, {}, [])


@pytest.mark.parametrize("where", ["by hand", "another branch", "a fork", "no token"])
def test_elsewhere_a_night_only_tells(nights: Nights, tags: Tags, where: str) -> None:
    tags.push("latest", "bad", "ImportError: no")
    nights.github.state.repository.fork = where == "a fork"
    environment = {
        "another branch": {"GITHUB_REF": "refs/heads/topic"},
        "no token": {"INPUT_GITHUB-TOKEN": "", "INPUT_BASELINE": "off"},
    }.get(where, {})
    found = nights("workflow_dispatch" if where == "by hand" else "schedule", **environment)
    assert (found.code, nights.issues, nights.pulls) == (1, [], [])
    assert ("would open" in found.summary) is (where != "no token")
    writes = {"POST", "PATCH", "PUT"} & {
        each.method
        for each in nights.github.requests
        if not each.path.startswith(("/twirp/", "/graphql")) and "/repos/" in each.path
    }
    assert writes == set()


def test_a_newer_lock_is_proposed_until_it_is_merged(nights: Nights, tags: Tags) -> None:
    state = nights.github.state.repository

    def proposed() -> bytes:
        return state.commits[state.refs["refs/heads/tf-docker-check/lock"]].files[FILE]

    reference = f"{tags.server.address}/tf:latest"
    for content in ("good", "better"):
        digest = tags.push("latest", content)
        assert nights().outputs["proposal-url"].endswith("/pull/1")
        assert lock.load(proposed(), FILE).images[reference].digest == digest
    (nights.workspace / ".github").mkdir()
    (nights.workspace / FILE).write_bytes(proposed())
    tags.push("latest", "good")
    nights()
    tags.push("latest", "better")
    merged = nights()
    assert (merged.outputs["passed"], merged.outputs["proposal-url"]) == ("1", "")


def test_a_tag_that_vanished_is_told_with_its_last_image(nights: Nights, tags: Tags) -> None:
    last = tags.push("latest", "good")
    nights()
    tags.delete("latest")
    gone = nights()
    (tag,) = gone.report["tags"]
    assert (tag["moved"], tag["before"], tag["pulls"]) == ("vanished", last, True)
    assert [each["signature"]["cause"] for each in gone.report["regressions"]] == ["tag-vanished"]
    assert gone.steps == ["open"]


TROUBLES = {
    "limited": Reply(429, b'{"errors":[{"code":"TOOMANYREQUESTS"}]}', {"Retry-After": "1000"}),
    "broken": Reply(503),
    "torn": Reply(200, b"{}", length=1000),
    "a portal": Reply(200, b"<html>", {"Content-Type": "text/html"}),
    "slow": None,
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_registry_in_trouble_is_no_image_s_fault(
    nights: Nights, tags: Tags, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags.push("latest", "good")
    nights()
    monkeypatch.setattr(transport, "TIMEOUT", (10, 0.2))
    over = threading.Event()

    def interfere(request: Request) -> Reply | None:
        if "/manifests/" in request.path and trouble == "slow":
            over.wait()
        return TROUBLES[trouble] if "/manifests/" in request.path else None

    tags.server.interfere = interfere
    assert [(each.code, each.steps) for each in (nights(), nights(), nights())] == [
        (3, []),
        (3, ["open"]),
        (3, ["update"]),
    ]
    (issue,) = nights.issues
    assert "infrastructure errors" in issue.title
    tags.server.interfere = lambda _: None
    over.set()
    assert [(each.code, each.steps) for each in (nights(), nights())] == [(0, ["update"]), (0, ["close"])]


def test_two_nights_at_once_lose_nothing(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "good")
    nights()
    tags.push("latest", "bad", "ImportError: no")
    stored = nights.github.state.repository.artifacts
    before = set(stored)
    nights()
    late = {key: stored.pop(key) for key in set(stored) - before}  # the other one began before this ended
    beside = nights()
    stored.update(late)
    assert beside.steps == ["update"]
    runs = [json.loads(line)["run"] for line in nights().files["history.jsonl"].splitlines()]
    assert (runs, len(nights.issues)) == ([1, 2, 3, 4], 1)


def test_history_that_is_damaged_is_told_and_built_again(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "good")
    nights()
    tags.push("latest", "better")
    nights()
    newest = nights.artifacts[-1]
    files = {"history.jsonl": b'{"cell": "torn', "watch.json": b"{", "night.json": b"null"}
    newest.data = given.zipped(files)
    found = nights()
    assert found.code == 0
    runs = [json.loads(line)["run"] for line in found.files["history.jsonl"].splitlines()]
    assert runs[0] == 1
    assert found.files["history.damaged.txt"] == b'{"cell": "torn\n'
    assert any("could not be read" in note for note in found.report["notes"])
    nights.artifacts[-1].data = b"no zip"
    later = nights()
    assert later.code == 0
    assert any("was left out" in note for note in later.report["notes"])


def test_a_clock_that_went_back_changes_no_order(
    nights: Nights, tags: Tags, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags.push("latest", "good")
    nights()
    bad = tags.push("latest", "bad", "ImportError: no")
    past = SimpleNamespace(now=lambda zone: datetime(2025, 1, 1, tzinfo=zone))
    monkeypatch.setattr("tf_docker_check.nightly.night.datetime", past)
    assert nights().steps == ["open"]
    again = nights()
    assert (again.steps, again.report["tags"][0]["moved"]) == (["update"], "same")
    (regression,) = again.report["regressions"]
    assert (regression["digest"], regression["first_bad"]["run"], regression["last_good"]["run"]) == (
        bad,
        2,
        1,
    )


def test_what_github_forbids_costs_a_line(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "bad", "ImportError: no")
    nights.github.state.tokens["token"].permissions["issues"] = "read"
    found = nights()
    assert (found.code, nights.issues, found.steps) == (1, [], ["open"])
    assert "would open" in found.summary


def test_a_night_that_cannot_learn_of_the_past_does_not_begin(nights: Nights, tags: Tags) -> None:
    tags.push("latest", "good")
    nights()
    nights.github.state.troubles.append(Trouble("GET", "/actions/workflows", status=502, times=9))
    assert (nights().code, len(nights.artifacts)) == (3, 1)


def test_a_stopped_night_leaves_what_it_knows(
    nights: Nights, tags: Tags, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    tags.push("latest", "bad", "ImportError: no")
    monkeypatch.setattr(module._NightlyRun, "_explain", stop)
    found = nights()
    assert (found.code, nights.issues) == (130, [])
    assert [each["result"] for each in map(json.loads, found.files["history.jsonl"].splitlines())] == [
        "failed"
    ]
