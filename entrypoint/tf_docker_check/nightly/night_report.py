"""Everything a nightly run reports (`night.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tf_docker_check.model.drift import Change
from tf_docker_check.nightly.bisect import Bisection
from tf_docker_check.nightly.issue_values import IssueResult
from tf_docker_check.nightly.night import Night, Record, SeenDigest
from tf_docker_check.nightly.signature import Signature
from tf_docker_check.upstream.tags import Tag

NIGHT_VERSION = 1


class Confirmation(str, Enum):
    """What repeating a failed cell showed."""

    CONFIRMED = "confirmed"  # it failed each time
    FLAKY = "flaky"  # it passed when repeated
    UNDECIDED = "undecided"  # a repetition could not be judged, or the machine is at fault

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Regression:
    """A confirmed failure under its signature; details are those of the first of its cells."""

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
    first_bad: SeenDigest = field(default_factory=SeenDigest)
    last_good: SeenDigest = field(default_factory=SeenDigest)
    changes: tuple[Change, ...] = ()  # from the last good one, biggest suspects first
    bisected: Bisection | None = None
    history: tuple[Record, ...] = ()  # of the first cell, newest first
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NightReport:
    """Everything that a nightly run reports (`night.json`)."""

    night: Night
    tags: tuple[Tag, ...] = ()
    releases: tuple[str, ...] = ()  # lines on releases without an image
    contents: tuple[str, ...] = ()  # lines on images that are not what their tags say
    due: Mapping[str, str] = field(default_factory=dict)  # why, by cell
    ends: Mapping[str, str] = field(default_factory=dict)  # status by cell, after confirmation
    digests: Mapping[str, str] = field(default_factory=dict)  # what a cell stood on, by cell
    verdicts: Mapping[str, Confirmation] = field(default_factory=dict)  # of cells that failed at first
    regressions: tuple[Regression, ...] = ()
    infrastructure: Mapping[str, str] = field(default_factory=dict)  # reason by cell or tag
    infrastructure_nights: int = 0  # in a row, this one included
    proposal: bool = False  # there is a lock to propose next to this file
    proposal_url: str = ""  # the pull request that proposes it
    issues: tuple[IssueResult, ...] = ()
    url: str = ""  # where its run is seen
    notes: tuple[str, ...] = ()
    tool: str = ""
    schema: int = NIGHT_VERSION

    @property
    def exit_code(self) -> int:
        """Return 1 with regressions, 3 if something errored, else 0."""
        return 1 if self.regressions else 3 if self.infrastructure or not self.night.complete else 0
