"""When to ask GitHub again, how long to wait before, and when to give up.

The waits are those of GitHub's "Best practices for using the REST API": what Retry-After says, else
until x-ratelimit-reset where no request remains, else a minute that doubles.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from tf_docker_check.github.errors import GitHubError, Throttled, Unavailable

ATTEMPTS = 5
BUDGET = 300.0  # seconds waited in all, over the life of a connection
FIRST_WAIT = 1.0  # after a 5xx or a torn connection; doubles
LIMITED_WAIT = 60.0  # after a limit that names no time; doubles
LONG_WAIT = 10.0  # people want to know
WRITE_GAP = 1.0  # between the end of a write and the next

T = TypeVar("T")


class RetryableError(Exception):
    """This attempt failed in a way that may pass. `after`: seconds GitHub asked for."""

    def __init__(self, why: str, *, limited: bool = False, after: float | None = None) -> None:
        super().__init__(why)
        self.limited, self.after = limited, after


class RetryBudget:
    """What waiting is left, shared by all requests of a connection.

    `sleep` takes seconds; `now` returns the time in seconds since 1970; `report` gets a line for each long wait.
    """

    def __init__(
        self,
        budget: float = BUDGET,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self.left, self.sleep, self.now, self._report = budget, sleep, now, report

    def retry(self, action: Callable[[], T], service: str = "GitHub") -> T:
        """*action*'s result, tried again while it raises RetryableError. Raises Throttled or Unavailable."""
        attempt = 0
        while True:
            try:
                return action()
            except RetryableError as again:
                wait = wait_seconds(again, attempt)
                attempt += 1
                if attempt == ATTEMPTS or wait > self.left:
                    raise retries_exhausted(again, wait, service) from None
                self.left -= wait
                if self._report and wait >= LONG_WAIT:
                    self._report(f"waiting {wait:.0f} s for {service}: {again}")
                self.sleep(wait)

    def create(self, make: Callable[[], T], find: Callable[[], T | None], service: str = "GitHub") -> T:
        """What *make* makes, once: an attempt whose answer was lost may have made it.

        So before *make* is repeated, *find* looks whether it is there.
        """
        tried = False

        def attempt() -> T:
            nonlocal tried
            existing = find() if tried else None
            tried = True
            return make() if existing is None else existing

        return self.retry(attempt, service)


def wait_seconds(again: RetryableError, attempt: int) -> float:
    """Seconds to wait after failed attempt number *attempt* (from 0)."""
    if again.after is not None:
        return max(again.after, FIRST_WAIT)
    return float((LIMITED_WAIT if again.limited else FIRST_WAIT) * 2**attempt)


def retries_exhausted(again: RetryableError, wait: float, service: str) -> GitHubError:
    """The error to tell once retry_budget has ended."""
    if again.limited:
        return Throttled(
            f"{service} allows no more requests for now",
            why=f"{again}; the next may be sent in {wait:.0f} s",
            remedy="run the job again later, or run fewer of them at once",
        )
    return Unavailable(f"{service} did not answer properly", why=str(again), remedy="run the job again later")


def limit(status: int, headers: Mapping[str, str], message: str, now: float) -> RetryableError | None:
    """The wait that an answer asks for, where it refuses for too many requests. Lower-case headers."""
    retry_after = seconds(headers.get("retry-after"))
    spent = headers.get("x-ratelimit-remaining") == "0"
    named = any(words in message.lower() for words in ("rate limit", "abuse detection"))
    if status != 429 and not (status == 403 and (retry_after is not None or spent or named)):
        return None
    reset = seconds(headers.get("x-ratelimit-reset")) if spent else None
    until = reset - now + 1 if reset is not None else None  # the reset is somewhere in that second
    return RetryableError(
        f"{status} {message}".strip(), limited=True, after=retry_after if retry_after is not None else until
    )


def seconds(header: str | None) -> float | None:
    """A header that counts seconds; None where it does not."""
    given = (header or "").strip()
    return float(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None
