"""The one comment of a pull request: found again, updated in place, never older than what it says.

Ours is the comment that begins with our marker for the key *and* that the token's own login wrote:
others copy and quote comments. Of several it is the oldest; whoever made a younger one removes it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.names import KEY
from tf_docker_check.github.errors import NotFound
from tf_docker_check.model.text import one_line

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub
    from tf_docker_check.model.github import Comment

Mode = Literal["always", "changes", "failures", "off"]
Step = Literal["create", "update", "overwrite", "unchanged", "older", "silent"]

BODY_LIMIT = 65_536 - 512  # characters GitHub takes, less room for the marker
_MARKER = re.compile(
    rf"<!-- tf-docker-check:v1 key=({KEY.pattern}) run=(\d{{1,18}})\.(\d{{1,9}}) head=([0-9a-f]{{0,64}})"
    r" digest=([0-9a-f]{16}) -->(?:\r?\n|$)"
)
_LIKE_OURS = re.compile(r"<!--(?=\s*tf-docker-check)")


@dataclass(frozen=True)
class RunStamp:
    """Which run speaks. `number` grows from run to run, `attempt` with each re-run; `head` is its commit."""

    number: int
    attempt: int
    head: str = ""

    def older_than(self, other: RunStamp) -> bool:
        return (self.number, self.attempt) < (other.number, other.attempt)


@dataclass(frozen=True)
class Stamp:
    """What the marker says of a comment."""

    key: str
    run: RunStamp
    digest: str


@dataclass(frozen=True)
class Posted:
    """What `post` did, and the comment's address; empty where there is no comment."""

    url: str
    action: Step


def post(
    github: GitHub,
    number: int,
    body: str,
    *,
    key: str,
    run: RunStamp,
    mode: Mode,
    changed: bool,
    worth: bool,
) -> Posted:
    """Make pull request *number* bear one comment of *key* that says *body*, as far as `decide` asks.

    *body* has at most `BODY_LIMIT` characters and names its run, so that equal ones are one run's.
    Raises what the client raises; Forbidden where the token may not comment.
    """
    if mode == "off":
        return Posted("", "silent")
    stamp = Stamp(key, run, digest(body))
    text = marked(body, stamp)
    existing = _ours(github, number, key)
    step = _step(existing, stamp, mode, changed=changed, worth=worth)
    if step == "create":
        existing = _create(github, number, text, key)
        if read(existing.body) == stamp:
            return Posted(existing.url, "create")
        step = _step(existing, stamp, mode, changed=changed, worth=worth)  # somebody was faster
    if existing is None or step not in {"update", "overwrite"}:
        return Posted(existing.url if existing else "", step)
    try:
        return Posted(github.update_comment(existing.id, text).url, step)
    except NotFound:  # somebody deleted it since we looked
        return Posted(_create(github, number, text, key).url, "create")


def decide(existing: Stamp | None, new: Stamp, mode: Mode, *, changed: bool, worth: bool) -> Step:
    """What becomes of the comment.

    A comment that is there is kept true whatever the mode, also to say that all is well again, and
    left alone where it says the same (`unchanged`) or speaks for a newer run (`older`). Where the very
    same run said something else, it is an `overwrite`: two jobs share a key, and lose each other's rows.
    A first comment is made in mode `always`; in `changes` where something did not pass (*worth*) or
    differs from the base branch (*changed*); in `failures` where something did not pass. Else we are
    `silent`, as in `off`.
    """
    if mode == "off":
        return "silent"
    if existing is None:
        wanted = mode == "always" or worth or (mode == "changes" and changed)
        return "create" if wanted else "silent"
    if new.run.older_than(existing.run):
        return "older"
    if new.digest == existing.digest:
        return "unchanged"
    return "overwrite" if new.run == existing.run else "update"


def marked(body: str, stamp: Stamp) -> str:
    """*body* under its marker. Nothing in it reads as another marker of ours.

    Raises UsageError where the stamp could not be read again, as with a key that is none.
    """
    run = f"run={stamp.run.number}.{stamp.run.attempt} head={stamp.run.head}"
    marker = f"<!-- tf-docker-check:v1 key={stamp.key} {run} digest={stamp.digest} -->"
    if read(marker) != stamp:
        raise UsageError(
            f"{one_line(stamp.key, 100)!r} cannot be a comment's key",
            remedy="use at most 50 letters, digits, dots and underscores",
        )
    return f"{marker}\n{_LIKE_OURS.sub('<! --', body)}"


def read(body: str) -> Stamp | None:
    """The marker that *body* begins with; None where there is none that we would write."""
    found = _MARKER.match(body)
    if found is None:
        return None
    key, number, attempt, head, digest_ = found.groups()
    return Stamp(key, RunStamp(int(number), int(attempt), head), digest_)


def digest(body: str) -> str:
    """What tells one body from another."""
    return hashlib.sha256(body.encode(errors="replace")).hexdigest()[:16]


def _step(existing: Comment | None, stamp: Stamp, mode: Mode, *, changed: bool, worth: bool) -> Step:
    return decide(read(existing.body) if existing else None, stamp, mode, changed=changed, worth=worth)


def _ours(github: GitHub, number: int, key: str) -> Comment | None:
    """Who we are is asked only where a comment could be ours."""
    alike = [comment for comment in github.comments(number) if _bears(comment.body, key)]
    ours = [comment for comment in alike if comment.author == github.login()]
    return min(ours, key=lambda comment: comment.id, default=None)


def _bears(body: str, key: str) -> bool:
    stamp = read(body)
    return stamp is not None and stamp.key == key


def _create(github: GitHub, number: int, text: str, key: str) -> Comment:
    """The new comment, or the older one that another run made while we did."""
    made = github.create_comment(number, text)
    oldest = _ours(github, number, key)
    if oldest is None or oldest.id >= made.id:
        return made
    github.delete_comment(made.id)
    return oldest
