"""The run and what set it off, from what the runner hands over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.event import MUTE, context, read_context, refuse_to_build

SHA, HEAD = "a" * 40, "b" * 40
RUNNER = {
    "GITHUB_REPOSITORY": "org/images",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_SHA": SHA,
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_RUN_ID": "1001",
    "GITHUB_RUN_NUMBER": "12",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_WORKFLOW_REF": "org/images/.github/workflows/check.yml@refs/pull/7/merge",
    "GITHUB_ACTOR": "ann",
    "GITHUB_SERVER_URL": "https://github.example.com",
}


def payload(head: str | None = "org/images", **more: Any) -> dict[str, Any]:
    repo = {"full_name": head} if head else None
    pull = {
        "number": 7,
        "head": {"sha": HEAD, "ref": "topic", "repo": repo},
        "base": {"ref": "main", "sha": SHA},
        "labels": [],
    }
    return {"pull_request": {**pull, **more}, "repository": {"default_branch": "trunk"}}


def test_a_pull_request_of_this_repository():
    run = context(RUNNER, payload())
    assert run.pull is not None
    assert (run.pull.number, run.head, run.base_branch) == (7, HEAD, "main")
    assert (run.run_id, run.run_number, run.attempt, run.workflow) == (1001, 12, 2, "check.yml")
    assert (run.fork, run.read_only, run.muted) == (False, "", False)
    assert run.run_url == "https://github.example.com/org/images/actions/runs/1001"
    assert run.commit_url == f"https://github.example.com/org/images/commit/{HEAD}"


@pytest.mark.parametrize("head", ["ann/images", None, "not a repository", "org/images/x"])
def test_a_fork_is_one_also_when_it_is_gone(head):
    run = context(RUNNER, payload(head))
    assert run.fork
    assert "fork" in run.read_only


def test_dependabot_reads_only():
    assert "Dependabot" in context({**RUNNER, "GITHUB_ACTOR": "dependabot[bot]"}, payload()).read_only
    pushed = {**RUNNER, "GITHUB_ACTOR": "dependabot[bot]", "GITHUB_EVENT_NAME": "push"}
    assert context(pushed, {}).read_only == ""


def test_a_label_mutes():
    assert context(RUNNER, payload(labels=[{"name": "bug"}, {"name": MUTE}])).muted


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch"])
def test_without_a_pull_request_the_default_branch_is_compared_with(event):
    environment = {**RUNNER, "GITHUB_EVENT_NAME": event, "GITHUB_REF": "refs/heads/feature/x"}
    run = context(environment, {"repository": {"default_branch": "trunk"}})
    assert (run.pull, run.base_branch, run.head) == (None, "trunk", SHA)


def test_a_schedule_that_tells_no_default_branch_runs_on_it():
    environment = {**RUNNER, "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/trunk"}
    assert context(environment, {}).base_branch == "trunk"
    assert context({**environment, "GITHUB_EVENT_NAME": "push"}, {}).base_branch == ""


def test_a_merge_queue_is_no_pull_request():
    queue = {**RUNNER, "GITHUB_EVENT_NAME": "merge_group"}
    payload = {"pull_request": {"number": 7}, "merge_group": {"base_ref": "refs/heads/release/2"}}
    run = context(queue, payload)
    assert (run.pull, run.base_branch) == (None, "release/2")


def test_the_run_that_ended_is_told():
    environment = {**RUNNER, "GITHUB_EVENT_NAME": "workflow_run"}
    assert context(environment, {"workflow_run": {"id": 99}}).triggered_by == 99
    assert context(RUNNER, {"workflow_run": {"id": 99}}).triggered_by == 0


def test_nothing_of_a_pull_request_is_built_where_secrets_are():
    target = context({**RUNNER, "GITHUB_EVENT_NAME": "pull_request_target"}, payload())
    after = {**RUNNER, "GITHUB_EVENT_NAME": "workflow_run"}
    of_pull = context(after, {"workflow_run": {"id": 99, "event": "pull_request"}})
    for run in (target, of_pull):
        with pytest.raises(UsageError, match=run.event):
            refuse_to_build(run)
    refuse_to_build(context(RUNNER, payload("ann/images")))
    refuse_to_build(context(after, {"workflow_run": {"id": 99, "event": "push"}}))


KEYS = ["pull_request", "number", "head", "base", "repo", "sha", "labels", "name"]


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(),
        lambda inner: (
            some.lists(inner)
            | some.dictionaries(
                some.sampled_from(
                    ["pull_request", "number", "head", "base", "repo", "sha", "labels", "name"]
                ),
                inner,
            )
        ),
    )
)
def test_whatever_the_payload_holds_is_read(value):
    run = context(RUNNER, value if isinstance(value, dict) else {"pull_request": value})
    assert run.pull is None or run.pull.number > 0
    assert context({**RUNNER, "GITHUB_RUN_ID": "9" * 40, "GITHUB_SHA": "x; rm"}, {}).run_url == ""


def test_the_payload_is_read_from_its_file(tmp_path):
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload()))
    assert read_context({**RUNNER, "GITHUB_EVENT_PATH": str(file)}).pull is not None
    assert read_context({**RUNNER, "GITHUB_EVENT_PATH": str(tmp_path / "none")}).pull is None
    assert read_context(RUNNER).pull is None


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000])
def test_a_damaged_payload_is_told(tmp_path, text):
    file = tmp_path / "event.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="payload"):
        read_context({**RUNNER, "GITHUB_EVENT_PATH": str(file)})


@pytest.mark.parametrize(
    ("more", "writes"),
    [
        ({"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}, True),
        ({"GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_REF": "refs/heads/main"}, False),
        ({"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/topic"}, False),
        ({"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/tags/main"}, False),
        ({"GITHUB_EVENT_NAME": "", "GITHUB_REF": ""}, False),
    ],
)
def test_a_night_writes_on_the_schedule_of_the_default_branch_alone(more, writes):
    run = context({**RUNNER, **more}, {"repository": {"default_branch": "main"}})
    assert (run.rehearsal == "") is writes
