"""A change to one file, proposed as a pull request. Repeated, it changes the same pull request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from tf_docker_check.github import reading
from tf_docker_check.github.ask import Ask
from tf_docker_check.github.errors import GitHubError, NotFound
from tf_docker_check.model.github import PullRequest

CONTENTS = "contents: write"
PULLS = "pull-requests: write"


@dataclass(frozen=True)
class Change:
    """What to propose: *content* at *path*, by way of *branch* into *base*."""

    branch: str
    path: str
    content: bytes
    message: str
    title: str
    body: str
    base: str


@dataclass(frozen=True)
class Stored:
    """A file's content, and the blob it is."""

    content: bytes
    sha: str


def read_file(ask: Ask, at: str, path: str, ref: str) -> Stored | None:
    """Return the file at *path*; None if it does not exist."""
    parameters = {"ref": ref} if ref else {}
    try:
        document = ask.get(f"{at}/contents/{quote(path)}", "contents: read", **parameters)
    except NotFound:
        return None
    if reading.text(document, "type") != "file" or reading.text(document, "encoding") != "base64":
        raise GitHubError(f"{path} is not a file, or larger than GitHub returns in one response")
    try:
        return Stored(base64.b64decode(reading.text(document, "content")), reading.text(document, "sha"))
    except binascii.Error:
        raise GitHubError(f"GitHub's answer holds no content of {path}") from None


def propose(
    ask: Ask, at: str, pulls: Callable[[str, str], tuple[PullRequest, ...]], change: Change
) -> PullRequest | None:
    """Create or update the pull request of *change*; None if its base already has the content."""
    old = read_file(ask, at, change.path, change.base)
    if old is not None and old.content == change.content:
        return None
    head = f"{at.split('/')[2]}:{change.branch}"
    opened = next(iter(pulls(head, change.base)), None)
    if opened is None:
        _start_branch(ask, at, change)
    _commit(ask, at, change)
    if opened is not None:
        return _retitle(ask, at, change, opened)
    return ask.create(
        f"{at}/pulls",
        {"title": change.title, "body": change.body, "head": change.branch, "base": change.base},
        PULLS,
        read=reading.pull,
        find=lambda: next(iter(pulls(head, change.base)), None),
    )


def _start_branch(ask: Ask, at: str, change: Change) -> None:
    """Set the branch to the tip of the base; what an earlier proposal left on it is discarded."""
    tip = _tip(ask, at, change.base)
    if tip is None:
        raise NotFound(f"there is no branch {change.base}")
    if _tip(ask, at, change.branch) is None:
        body = {"ref": f"refs/heads/{change.branch}", "sha": tip}
        ask.create(f"{at}/git/refs", body, CONTENTS, read=_sha, find=lambda: _tip(ask, at, change.branch))
    else:
        path = f"{at}/git/refs/heads/{quote(change.branch)}"
        ask.change("PATCH", path, {"sha": tip, "force": True}, CONTENTS)


def _commit(ask: Ask, at: str, change: Change) -> None:
    """Commit to the branch, unless it has the content."""
    existing = read_file(ask, at, change.path, change.branch)
    if existing is not None and existing.content == change.content:
        return
    body = {
        "message": change.message,
        "content": base64.b64encode(change.content).decode(),
        "branch": change.branch,
        **({"sha": existing.sha} if existing else {}),
    }

    def find() -> str | None:
        now = read_file(ask, at, change.path, change.branch)
        return now.sha if now is not None and now.content == change.content else None

    ask.create(
        f"{at}/contents/{quote(change.path)}",
        body,
        CONTENTS,
        read=lambda answer: reading.text(answer, "content", "sha"),
        find=find,
        method="PUT",
    )


def _retitle(ask: Ask, at: str, change: Change, opened: PullRequest) -> PullRequest:
    body = {"title": change.title, "body": change.body}
    return reading.pull(ask.change("PATCH", f"{at}/pulls/{opened.number}", body, PULLS))


def _tip(ask: Ask, at: str, branch: str) -> str | None:
    try:
        return _sha(ask.get(f"{at}/git/ref/heads/{quote(branch)}", "contents: read"))
    except NotFound:
        return None


def _sha(document: object) -> str:
    return reading.text(document, "object", "sha")
