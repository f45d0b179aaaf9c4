"""A newer lock, proposed as a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tf_docker_check.model.drift import Change
from tf_docker_check.model.lock import Lock
from tf_docker_check.pipeline.locking import FILE
from tf_docker_check.report.changes import changes_table
from tf_docker_check.upstream import lock

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub
    from tf_docker_check.model.github import PullRequest

BRANCH = "tf-docker-check/lock"
TITLE = "Pull requests are checked with newer TensorFlow images"


def propose(github: GitHub, old: Lock, new: Lock, *, base: str, run_url: str) -> PullRequest | None:
    """Create or update the pull request that makes *base* contain *new*; None if it already does.

    Raises GitHubError.
    """
    return github.propose(
        branch=BRANCH,
        path=FILE,
        content=lock.dump(new),
        message=TITLE,
        title=TITLE,
        body=body(old, new, run_url),
        base=base,
    )


def body(old: Lock, new: Lock, run_url: str) -> str:
    """Return the text of the pull request: what changes, and where it was seen to work."""
    sentence = f"Every cell that uses these passed{f' in [this run]({run_url})' if run_url else ''}."
    return f"{sentence}\n\n{changes_table(tuple(lock_changes(old, new)))}\n"


def lock_changes(old: Lock, new: Lock) -> Iterator[Change]:
    """Return the images and packages that *new* locks differently from *old*."""
    for reference, image in sorted(new.images.items()):
        before = old.images.get(reference)
        if before != image:
            yield Change("image", reference, before.digest if before else "", image.digest)
    for name, locked in sorted(new.packages.items()):
        had = old.packages[name].installed if name in old.packages else {}
        for package in sorted({*had, *locked.installed}):
            before_, after = had.get(package, ""), locked.installed.get(package, "")
            if before_ != after:
                yield Change(f"pip, {name}", package, before_, after)
