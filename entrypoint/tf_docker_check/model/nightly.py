"""The words of the night: what moved upstream, what broke, since when, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

HISTORY_VERSION = NIGHT_VERSION = DRIFT_VERSION = 1


class Moved(str, Enum):
    """What became of a watched tag since it was last seen."""

    SAME = "same"
    MOVED = "moved"
    NEW = "new"  # not seen before
    VANISHED = "vanished"  # seen before, and the registry says there is no such tag
    ABSENT = "absent"  # never seen, and the registry says there is no such tag
    UNKNOWN = "unknown"  # the registry gave no answer

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Tag:
    """A watched tag. `digest` is what it answers, `image` the digest of the platform's image behind it.

    `before` is the image last seen; `pulls`: whether that can still be had by digest; None: not asked.
    """

    reference: str
    moved: Moved
    digest: str = ""
    image: str = ""
    before: str = ""
    pulls: bool | None = None
    why: str = ""


@dataclass(frozen=True)
class Signature:
    """What makes two failures the same one. `fact` is normalised, never a line of a log."""

    family: str  # the strategy
    runner: str
    cause: str  # an id of causes.md; empty where not known
    fact: str = ""

    @property
    def words(self) -> str:
        """For people, such as ``official-gpu@gpu cudnn-mismatch (libcudnn.so.8)``."""
        return f"{self.family}@{self.runner} {self.cause or 'unknown'}" + (
            f" ({self.fact})" if self.fact else ""
        )


@dataclass(frozen=True)
class Night:
    """One nightly run. `complete`: it was neither cancelled nor cut short."""

    run: int  # the workflow's run number; outside one, the past's newest and one more
    attempt: int
    when: str  # RFC 3339, UTC: its start
    complete: bool = True

    @property
    def order(self) -> tuple[int, int, str]:
        """Nights compare by run number first: clocks go back."""
        return self.run, self.attempt, self.when


@dataclass(frozen=True)
class Record:
    """One line of the history: how a cell ended in a night, and what it was made of."""

    run: int
    attempt: int
    when: str
    cell: str
    result: str  # passed | failed | errored | skipped
    image: str = ""  # the base, as the user writes it
    digest: str = ""  # of the platform's image, else what the engine pulled
    created: str = ""
    size: int = 0
    tensorflow: str = ""
    python: str = ""
    cuda: str = ""
    cudnn: str = ""
    cause: str = ""
    signature: str = ""  # its id
    tool: str = ""
    schema: int = HISTORY_VERSION

    @property
    def order(self) -> tuple[int, int, str]:
        """As `Night.order`."""
        return self.run, self.attempt, self.when


class Verdict(str, Enum):
    """What the repetitions make of a cell that failed."""

    CONFIRMED = "confirmed"  # it failed each time
    FLAKY = "flaky"  # it passed when repeated
    UNDECIDED = "undecided"  # a repetition could not be judged, or the machine is at fault

    def __str__(self) -> str:
        return self.value


class Outcome(str, Enum):
    """What a trial of a bisection showed."""

    SAME = "same"  # the very failure that is looked for
    GOOD = "good"
    OTHER = "other"  # it fails in another way
    UNDECIDED = "undecided"  # could not be built or judged

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Atom:
    """One change that can be made alone: `area` is pip, apt or env; `after` empty: removed."""

    area: str
    name: str
    before: str = ""
    after: str = ""


class Ending(str, Enum):
    """How a bisection ended."""

    FOUND = "found"
    NOT_SEPARABLE = "not separable"
    OUT_OF_TIME = "out of time"
    NO_PAIR = "no pair"  # the good one is not good, or the bad one fails in another way

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Bisected:
    """The smallest set of changes known to bring the failure about, and between which digests."""

    ending: Ending
    culprits: tuple[Atom, ...] = ()
    good: str = ""
    bad: str = ""
    trials: int = 0
    why: str = ""


class Step(str, Enum):
    """What is to be done with an issue."""

    LEAVE = "leave"
    OPEN = "open"
    UPDATE = "update"  # its body
    COMMENT = "comment"  # its body, and a comment
    CLOSE = "close"
    REOPEN = "reopen"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Point:
    """A digest and when a night first or last saw it so."""

    digest: str = ""
    when: str = ""
    run: int = 0


@dataclass(frozen=True)
class Memory:
    """What an issue remembers of its failure, hidden in its body."""

    signature: str  # its id
    cells: tuple[str, ...]  # those that fail now, or failed last
    first_bad: Point = Point()
    last_good: Point = Point()
    now: str = ""  # the digest of the newest night that judged it
    good_nights: int = 0
    run: int = 0  # the night that wrote this
    attempt: int = 0
    when: str = ""
    culprits: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """As `Night.order`."""
        return self.run, self.attempt, self.when


@dataclass(frozen=True)
class KnownIssue:
    """An issue of ours as GitHub has it. `memory` None: its hidden block is gone or damaged."""

    number: int
    open: bool
    memory: Memory | None
    reopened_by_person: bool = False
    closed_by_person: bool = False
    closed: str = ""  # RFC 3339


@dataclass(frozen=True)
class Policy:
    """When issues are opened and closed."""

    close_after: int = 3  # good nights of the cells that failed
    reopen_days: int = 14


@dataclass(frozen=True)
class Tonight:
    """How the night stands to one signature. `ends`: status of every cell that was judged, by id."""

    night: Night
    failing: tuple[str, ...]  # cells with this very failure, confirmed
    ends: tuple[tuple[str, str], ...]
    digest: str = ""
    first_bad: Point = Point()
    last_good: Point = Point()
    culprits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Next:
    """The step, what the issue is to remember, and why."""

    step: Step
    memory: Memory | None = None
    why: str = ""


@dataclass(frozen=True)
class IssueStep:
    """What was done with an issue, or, where not `done`, what would have been. `number` 0: there is none."""

    signature: str  # its id
    title: str
    step: Step
    why: str
    number: int = 0
    url: str = ""
    done: bool = False


@dataclass(frozen=True)
class Change:
    """Something that is not as it was; empty where it was not or is not there."""

    area: str
    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Regression:
    """A confirmed failure under its signature, told of the first of its cells."""

    signature: Signature
    id: str  # of the signature
    cells: tuple[str, ...]
    title: str = ""
    confidence: str = ""
    evidence: tuple[str, ...] = ()
    remedy: str = ""
    reproduce: str = ""
    image: str = ""  # the base, as the user writes it
    digest: str = ""
    first_bad: Point = Point()
    last_good: Point = Point()
    changes: tuple[Change, ...] = ()  # from the last good one, biggest suspects first
    bisected: Bisected | None = None
    history: tuple[Record, ...] = ()  # of the first cell, newest first
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NightReport:
    """Everything a night came to (`night.json`)."""

    night: Night
    tags: tuple[Tag, ...] = ()
    releases: tuple[str, ...] = ()  # lines on releases without an image
    contents: tuple[str, ...] = ()  # lines on images that are not what their tags say
    due: Mapping[str, str] = field(default_factory=dict)  # why, by cell
    ends: Mapping[str, str] = field(default_factory=dict)  # status by cell, after confirmation
    digests: Mapping[str, str] = field(default_factory=dict)  # what a cell stood on, by cell
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)  # of cells that failed at first
    regressions: tuple[Regression, ...] = ()
    infrastructure: Mapping[str, str] = field(default_factory=dict)  # reason by cell or tag
    infrastructure_nights: int = 0  # in a row, this one included
    proposal: bool = False  # a lock to propose lies beside this
    proposal_url: str = ""  # the pull request that proposes it
    issues: tuple[IssueStep, ...] = ()
    url: str = ""  # where its run is seen
    notes: tuple[str, ...] = ()
    tool: str = ""
    schema: int = NIGHT_VERSION

    @property
    def exit_code(self) -> int:
        """1 with regressions, 3 where something could not be judged, else 0."""
        return 1 if self.regressions else 3 if self.infrastructure or not self.night.complete else 0


@dataclass(frozen=True)
class NightlySettings:
    """The configuration's `nightly`."""

    tags: tuple[str, ...] = ()  # references watched beside those of the matrix
    confirm_runs: int = 1  # repetitions of a failure, each with a fresh pull
    close_after: int = 3
    infrastructure_nights: int = 3
    bisect: bool = True
    bisect_minutes: float = 60
    issue_labels: tuple[str, ...] = ("tf-docker-check",)
    propose: bool = True  # an update of the lock, where all is green


@dataclass(frozen=True)
class CellDrift:
    """A cell of two results: `how` is broke, recovered, cause, appeared, gone or changed (it ended alike)."""

    id: str
    how: str
    before: str = ""  # passed, or failed: cause
    after: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Drift:
    """What two results differ in; cells that broke first, the biggest suspects of each first."""

    schema: int
    before: str
    after: str
    cells: tuple[CellDrift, ...] = field(default_factory=tuple)
