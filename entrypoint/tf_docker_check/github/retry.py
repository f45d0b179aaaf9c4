"""How long to wait for GitHub, and when to give up.

The waits are those of GitHub's "Best practices for using the REST API": as Retry-After says, else until
x-ratelimit-reset if no request remains, else a minute that doubles.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from tf_docker_check.github.errors import GitHubError, Throttled, Unavailable
from tf_docker_check.net.retry import ATTEMPTS, RetryableError, retry, wait_seconds, whole_seconds

BUDGET = 300.0  # seconds waited in all, over the life of a connection
FIRST_WAIT = 1.0  # after a 5xx or a torn connection; doubles
LIMITED_WAIT = 60.0  # after a limit that names no time; doubles
LONG_WAIT = 10.0  # seconds from which on a wait is reported
WRITE_GAP = 1.0  # between the end of a write and the next

T = TypeVar("T")


class RetryBudget:
    """The time left for waiting, shared by all requests of a connection.

    `sleep` takes seconds; `now` returns the time in seconds since 1970; `report` gets a line for each long
    wait.
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
        """Return what *action* returns, repeated while it raises RetryableError. Raises Throttled or Unavailable."""

        def wait(error: RetryableError, failed: int) -> None:
            seconds = pause(error, failed)
            if failed == ATTEMPTS or seconds > self.left:
                raise retries_exhausted(error, seconds, service) from None
            self.left -= seconds
            if self._report and seconds >= LONG_WAIT:
                self._report(f"waiting {seconds:.0f} s for {service}: {error}")
            self.sleep(seconds)

        return retry(action, wait)

    def create(self, make: Callable[[], T], find: Callable[[], T | None], service: str = "GitHub") -> T:
        """Create something once, even though a failed attempt may have created it.

        Before *make* is repeated, *find* looks for its effect.
        """
        tried = False

        def attempt() -> T:
            nonlocal tried
            existing = find() if tried else None
            tried = True
            return make() if existing is None else existing

        return self.retry(attempt, service)


def pause(error: RetryableError, failed: int) -> float:
    """Return the seconds to wait after *failed* attempts."""
    unnamed = LIMITED_WAIT if error.limited and error.after is None else FIRST_WAIT
    return wait_seconds(error, failed, unnamed)


def retries_exhausted(error: RetryableError, wait: float, service: str) -> GitHubError:
    """Return the error for a failure that repeating did not cure, or that asks for a *wait* that is too long."""
    if error.limited:
        return Throttled(
            f"{service} allows no more requests for now",
            why=f"{error}; the next may be sent in {wait:.0f} s",
            remedy="run the job again later, or run fewer of them at once",
        )
    return Unavailable(f"{service} did not answer properly", why=str(error), remedy="run the job again later")


def limit(status: int, headers: Mapping[str, str], message: str, now: float) -> RetryableError | None:
    """Return the error for a response that refuses too many requests, else None. Header names in lower case."""
    wanted = whole_seconds(headers.get("retry-after"))
    spent = headers.get("x-ratelimit-remaining") == "0"
    named = any(words in message.lower() for words in ("rate limit", "abuse detection"))
    if status != 429 and not (status == 403 and (wanted is not None or spent or named)):
        return None
    reset = whole_seconds(headers.get("x-ratelimit-reset")) if spent else None
    until = reset - now + 1 if reset is not None else None  # the reset is somewhere in that second
    return RetryableError(
        f"{status} {message}".strip(), limited=True, after=wanted if wanted is not None else until
    )
