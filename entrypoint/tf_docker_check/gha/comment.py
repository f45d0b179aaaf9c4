"""The one comment of a pull request: found again, updated in place, never older than what it says.

Ours is the comment that begins with our marker for the key *and* that the token's own login wrote:
others copy and quote comments. Of several it is the oldest; whoever made a younger one removes it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
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
    rf"<!-- tf-docker-check:v1 key=({KEY.pattern}) run=([0-9]{{1,18}})\.([0-9]{{1,9}}) head=([0-9a-f]{{0,64}})"
    r" workflow=([A-Za-z0-9._-]{0,100}) digest=([0-9a-f]{16}) -->(?:\r?\n|$)"
)
_STRANGE = re.compile(r"[^A-Za-z0-9._-]")
_LIKE_OURS = re.compile(r"<!--(?=\s*tf-docker-check)")


@dataclass(frozen=True)
class RunStamp:
    """Which run speaks. `number` grows from run to run of one `workflow`, `attempt` with each re-run.

    `head` is its commit, `workflow` the name of the workflow's file.
    """

    number: int
    attempt: int
    head: str = ""
    workflow: str = ""

    def older_than(self, other: RunStamp) -> bool:
        """Whether *other* is a later one; runs of two workflows have no order."""
        return self.workflow == other.workflow and (self.number, self.attempt) < (other.number, other.attempt)


@dataclass(frozen=True)
class Stamp:
    """What the marker says of a comment."""

    key: str
    run: RunStamp
    digest: str


@dataclass(frozen=True)
class Posted:
    """What `post` did, the comment's address (empty where there is none), and what the user has to know."""

    url: str
    action: Step
    note: str = ""


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
    named = replace(run, workflow=_STRANGE.sub("_", run.workflow)[:100])
    stamp = Stamp(key, named, digest(body))
    text = add_marker(body, stamp)
    existing = _ours(github, number, key)
    step = _step(existing, stamp, mode, changed=changed, worth=worth)
    if step == "create":
        existing = _create(github, number, text, key)
        if read(existing.body) == stamp:
            return Posted(existing.url, "create")
        step = _step(existing, stamp, mode, changed=changed, worth=worth)  # somebody was faster
    if existing is None:
        return Posted("", step)
    if step in {"update", "overwrite"}:
        return _write(github, number, existing, body, stamp=stamp, step=step)
    return Posted(existing.url, step, _note(step, read(existing.body), stamp))


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


def add_marker(body: str, stamp: Stamp) -> str:
    """*body* under its marker. Nothing in it reads as another marker of ours.

    Raises UsageError where the stamp could not be read again, as with a key that is none.
    """
    run = f"run={stamp.run.number}.{stamp.run.attempt} head={stamp.run.head} workflow={stamp.run.workflow}"
    marker = f"<!-- tf-docker-check:v1 key={stamp.key} {run} digest={stamp.digest} -->"
    if read(marker) != stamp:
        raise UsageError(
            f"{one_line(stamp.key, 100)!r} cannot be a comment's key",
            remedy="use at most 50 letters, digits, dots and underscores",
        )
    return f"{marker}\n{_LIKE_OURS.sub('<! --', body)}"


def read(body: str) -> Stamp | None:
    """The marker that *body* begins with; None where there is none that we would write."""
    match = _MARKER.match(body)
    if match is None:
        return None
    key, number, attempt, head, workflow, digest_ = match.groups()
    return Stamp(key, RunStamp(int(number), int(attempt), head, workflow), digest_)


def digest(body: str) -> str:
    """What tells one body from another."""
    return hashlib.sha256(body.encode(errors="replace")).hexdigest()[:16]


def _write(github: GitHub, number: int, existing: Comment, body: str, *, stamp: Stamp, step: Step) -> Posted:
    """*body* in place of what *existing* says, unless a newer run spoke while we had to wait."""
    text = add_marker(body, stamp)
    try:
        updated = github.update_comment(existing.id, text, unless=lambda current: _newer(current, stamp))
    except NotFound:  # somebody deleted it since we looked
        return Posted(_create(github, number, text, stamp.key).url, "create")
    done: Step = "older" if _newer(updated.body, stamp) else step
    return Posted(updated.url, done, _note(done, read(existing.body), stamp))


def _newer(body: str, stamp: Stamp) -> bool:
    current = read(body)
    return current is not None and stamp.run.older_than(current.run)


def _note(step: Step, before: Stamp | None, now: Stamp) -> str:
    if step == "older":
        return "the comment was left alone: it tells of a newer run"
    remedy = f"two checks share the `comment-key` {now.key!r}: give each its own"
    if step == "overwrite":
        return remedy
    if before and before.run.workflow != now.run.workflow:
        return f"the comment was that of the workflow {before.run.workflow!r}; unless that is gone, {remedy}"
    return ""


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
