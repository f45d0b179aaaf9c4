"""One nightly run, and the record of each cell in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

HISTORY_VERSION = 1


@dataclass(frozen=True)
class Night:
    """One nightly run. `complete`: it was neither cancelled nor cut short."""

    run: int  # the workflow's run number; outside one, the past's newest and one more
    attempt: int
    when: str  # RFC 3339, UTC: its start
    complete: bool = True

    @property
    def order(self) -> tuple[int, int, str]:
        """Return the sort key: by run number first, since clocks can go back."""
        return self.run, self.attempt, self.when


@dataclass(frozen=True)
class Record:
    """One line of the history: how a cell ended in a nightly run, and its versions."""

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
        """Return the sort key: by run number first, since clocks can go back."""
        return self.run, self.attempt, self.when


@dataclass(frozen=True)
class SeenDigest:
    """A digest and when a nightly run first or last saw it."""

    digest: str = ""
    when: str = ""
    run: int = 0


def start_night(run: int, attempt: int) -> Night:
    """Return the night that starts now; *run* numbers nights, since clocks can go back."""
    return Night(run, attempt, datetime.now(timezone.utc).isoformat(timespec="seconds"))
