"""State in a line each: what a test starts from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from fakegithub.git import commit
from fakegithub.state import (
    BOT,
    OWN,
    Artifact,
    Comment,
    Commit,
    Issue,
    Job,
    Pull,
    Repository,
    Run,
    State,
)


def fork(state: State, name: str = "somebody/project") -> Repository:
    made = Repository(name, id=state.next_id(), fork=True)
    state.repositories[name] = made
    return made


def branch(state: State, name: str = "main", files: dict[str, bytes] | None = None) -> Commit:
    """A commit with *files* on a branch of the first repository."""
    return commit(state.repository, files or {}, branch=name, when=state.time())


def issue(
    state: State, /, title: str = "An issue", body: str = "", author: str = BOT, **more: object
) -> Issue:
    """*more*: other fields of Issue, such as `labels` or `state`."""
    now = state.time()
    number = max(state.repository.issues, default=0) + 1
    made = Issue(number, title, body, author=author, created=now, updated=now, **more)  # type: ignore[arg-type]
    state.repository.issues[number] = made
    return made


def pull(
    state: State, head_sha: str = "c" * 40, head_branch: str = "topic", head_repository: str = OWN
) -> Issue:
    """A pull request onto main; its number is the issue's."""
    made = Pull(head_sha, head_branch, head_repository)
    return issue(state, "A pull request", author=head_repository.partition("/")[0] or "ghost", pull=made)


def comment(state: State, number: int, body: str, author: str = BOT) -> Comment:
    now = state.time()
    made = Comment(state.next_id(), number, author, body, now, now)
    state.repository.comments[made.id] = made
    return made


def run(state: State, /, number: int = 1, **more: object) -> Run:
    """A workflow run that ended well; *more*: other fields of Run."""
    made = Run(state.next_id(), number, **{"created": state.time(), **more})  # type: ignore[arg-type]
    state.repository.runs[made.id] = made
    return made


def job(state: State, of: Run, name: str, conclusion: str = "success") -> Job:
    made = Job(state.next_id(), of.id, name, of.attempt, conclusion=conclusion)
    state.repository.jobs[made.id] = made
    return made


def zipped(files: Mapping[str, bytes]) -> bytes:
    """What `artifact` takes, from what is in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def artifact(state: State, of: Run, name: str, data: bytes, *, expired: bool = False) -> Artifact:
    """*data* is the zip as it is downloaded."""
    made = Artifact(state.next_id(), name, data, of.id, created=state.time(), expired=expired)
    state.repository.artifacts[made.id] = made
    return made
