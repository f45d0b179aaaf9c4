"""Docs "REST API endpoints for repository contents", "… for Git references", "… for pull requests"."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
import requests

from fakegithub import given
from fakegithub.git import blob_sha
from fakegithub.server import Running

pytestmark = pytest.mark.outside
Ask = Callable[..., requests.Response]


@pytest.fixture
def filled(github: Running) -> Running:
    given.branch(github.state, "main", {"lock.json": b"old", "docs/a.md": b"a"})
    return github


def put(ask: Ask, path: str, data: bytes, **more: str) -> requests.Response:
    content = base64.b64encode(data).decode()
    return ask("PUT", f"/contents/{path}", {"message": "change", "content": content, **more})


def test_a_blob_is_named_as_git_names_it() -> None:
    assert blob_sha(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("lock.json", {"sha": blob_sha(b"old")}, 200),
        ("lock.json", {"sha": blob_sha(b"else")}, 409),
        ("lock.json", {}, 422),
        ("new/file.json", {}, 201),
        ("new/file.json", {"branch": "nowhere"}, 404),
    ],
)
def test_replacing_a_file_takes_the_sha_of_what_is_replaced(
    filled: Running, ask: Ask, path: str, more: dict[str, str], status: int
) -> None:
    assert put(ask, path, b"new", **more).status_code == status
    files = filled.state.repository.commits[filled.state.repository.refs["refs/heads/main"]].files
    assert (files.get(path) == b"new") is (status < 400)
    assert files["docs/a.md"] == b"a"


def test_a_folder_is_a_list(filled: Running, ask: Ask) -> None:
    told = [(one["type"], one["path"]) for one in ask("GET", "/contents/docs").json()]
    assert told == [("file", "docs/a.md")]


def test_a_large_file_comes_without_its_content(filled: Running, ask: Ask) -> None:
    given.branch(filled.state, "main", {"large": b"x" * (1024 * 1024 + 1)})
    told = ask("GET", "/contents/large").json()
    assert (told["content"], told["encoding"], told["size"]) == ("", "none", 1024 * 1024 + 1)


@pytest.mark.parametrize("ref", ["main", "refs/heads/main", "heads/main"])
def test_a_file_is_read_at_a_ref(filled: Running, ask: Ask, ref: str) -> None:
    before = filled.state.repository.refs["refs/heads/main"]
    put(ask, "lock.json", b"new", sha=blob_sha(b"old"))
    now, then = (ask("GET", f"/contents/lock.json?ref={one}").json()["content"] for one in (ref, before))
    assert (base64.b64decode(now), base64.b64decode(then)) == (b"new", b"old")


def test_a_ref_is_made_once_and_of_what_exists(filled: Running, ask: Ask) -> None:
    sha = filled.state.repository.refs["refs/heads/main"]
    assert ask("POST", "/git/refs", {"ref": "refs/heads/lock", "sha": sha}).status_code == 201
    assert ask("POST", "/git/refs", {"ref": "refs/heads/lock", "sha": sha}).status_code == 422
    assert ask("POST", "/git/refs", {"ref": "refs/heads/other", "sha": "e" * 40}).status_code == 422
    assert ask("POST", "/git/refs", {"ref": "lock", "sha": sha}).status_code == 422


@pytest.mark.parametrize(("force", "status"), [(False, 422), (True, 200)])
def test_a_ref_goes_back_by_force_only(filled: Running, ask: Ask, force: bool, status: int) -> None:
    old = filled.state.repository.refs["refs/heads/main"]
    given.branch(filled.state, "main", {"lock.json": b"new"})
    answer = ask("PATCH", "/git/refs/heads/main", {"sha": old, "force": force})
    assert answer.status_code == status
    assert (filled.state.repository.refs["refs/heads/main"] == old) is force


@pytest.mark.parametrize("path", ["/git/ref/heads/none", "/branches/none", "/contents/none"])
def test_what_is_not_there_is_not_found(filled: Running, ask: Ask, path: str) -> None:
    assert ask("GET", path).status_code == 404


def test_a_pull_request_is_proposed_once(filled: Running, ask: Ask) -> None:
    given.branch(filled.state, "main")
    filled.state.repository.refs["refs/heads/lock"] = filled.state.repository.refs["refs/heads/main"]
    proposal = {"title": "Lock", "head": "lock", "base": "main", "body": "…"}
    assert "No commits" in ask("POST", "/pulls", proposal).json()["errors"][0]["message"]
    given.branch(filled.state, "lock", {"lock.json": b"new"})
    assert ask("POST", "/pulls", proposal).status_code == 201
    assert "already exists" in ask("POST", "/pulls", proposal).json()["errors"][0]["message"]
    assert ask("POST", "/pulls", {**proposal, "head": "none"}).status_code == 422
    assert [one["number"] for one in ask("GET", "/pulls?head=octo:lock").json()] == [1]


def test_an_open_pull_request_follows_its_branch(filled: Running, ask: Ask) -> None:
    given.branch(filled.state, "lock", {"lock.json": b"new"})
    ask("POST", "/pulls", {"title": "Lock", "head": "lock", "base": "main"})
    pushed = given.branch(filled.state, "lock", {"lock.json": b"newer"})
    assert ask("GET", "/pulls/1").json()["head"]["sha"] == pushed.sha


def test_actions_may_be_kept_from_proposing(filled: Running, ask: Ask) -> None:
    """Docs "Managing GitHub Actions settings for a repository"."""
    filled.state.repository.actions_may_create_pulls = False
    given.branch(filled.state, "lock", {"lock.json": b"new"})
    answer = ask("POST", "/pulls", {"title": "Lock", "head": "lock", "base": "main"})
    assert answer.status_code == 403
    assert "not permitted to create" in answer.json()["message"]


def test_an_issue_is_no_pull_request(github: Running, ask: Ask) -> None:
    given.issue(github.state)
    assert ask("GET", "/pulls/1").status_code == 404


def test_a_head_without_its_owner_chooses_nothing(github: Running, ask: Ask) -> None:
    """Docs "List pull requests": head is `user:ref-name`."""
    given.pull(github.state, head_branch="topic")
    assert len(ask("GET", "/pulls?head=other").json()) == 1


def test_a_deleted_forks_pull_request_has_no_repository(github: Running, ask: Ask) -> None:
    given.pull(github.state, head_repository="")
    head = ask("GET", "/pulls/1").json()["head"]
    assert (head["repo"], head["sha"]) == (None, "c" * 40)
