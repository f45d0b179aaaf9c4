"""Values that decide what happens to the GitHub issue of a failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from tf_docker_check.nightly.night import Night, SeenDigest


class IssueAction(str, Enum):
    """What to do with an issue."""

    LEAVE = "leave"
    OPEN = "open"
    UPDATE = "update"  # its body
    COMMENT = "comment"  # its body, and a comment
    CLOSE = "close"
    REOPEN = "reopen"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class IssueMemory:
    """What an issue remembers of its failure, hidden in its body."""

    signature: str  # its id
    cells: tuple[str, ...]  # those that fail now, or failed last
    first_bad: SeenDigest = field(default_factory=SeenDigest)
    last_good: SeenDigest = field(default_factory=SeenDigest)
    now: str = ""  # the digest of the newest night that judged it
    good_nights: int = 0
    run: int = 0  # the night that wrote this
    attempt: int = 0
    when: str = ""
    culprits: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """Return the sort key of `Night.order`."""
        return self.run, self.attempt, self.when


@dataclass(frozen=True)
class KnownIssue:
    """One of our issues on GitHub. `memory` is None if its hidden block is missing or damaged."""

    number: int
    open: bool
    memory: IssueMemory | None
    reopened_by_person: bool = False
    closed_by_person: bool = False
    closed: str = ""  # RFC 3339


@dataclass(frozen=True)
class IssuePolicy:
    """When issues are opened and closed."""

    close_after: int = 3  # good nights of the cells that failed
    reopen_days: int = 14


@dataclass(frozen=True)
class NightStatus:
    """The status of one signature in a nightly run. `ends`: status of every judged cell, by id."""

    night: Night
    failing: tuple[str, ...]  # cells with this very failure, confirmed
    ends: tuple[tuple[str, str], ...]
    digest: str = ""
    first_bad: SeenDigest = field(default_factory=SeenDigest)
    last_good: SeenDigest = field(default_factory=SeenDigest)
    culprits: tuple[str, ...] = ()


@dataclass(frozen=True)
class NextAction:
    """The action, what the issue then remembers, and why."""

    step: IssueAction
    memory: IssueMemory | None = None
    why: str = ""


@dataclass(frozen=True)
class IssueResult:
    """What was done with an issue or, unless `done`, what would have been. `number` is 0 without an issue."""

    signature: str  # its id
    title: str
    step: IssueAction
    why: str
    number: int = 0
    url: str = ""
    done: bool = False
