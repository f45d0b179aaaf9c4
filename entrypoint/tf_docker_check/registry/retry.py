"""When to try again, and when that makes no sense."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from typing import TypeVar

from tf_docker_check.registry.errors import Throttled, Unreachable

ATTEMPTS = 5
FIRST_WAIT = 0.5  # seconds; doubles
LONGEST_WAIT = 60.0  # a registry that asks for more patience is told to the user instead
PASSING = frozenset({408, 429, 500, 502, 503, 504})  # statuses that may be gone the next time

T = TypeVar("T")


class Again(Exception):
    """This attempt failed in a way that may pass. `after`: seconds the registry asked for."""

    def __init__(self, why: str, *, status: int = 0, after: float | None = None) -> None:
        super().__init__(why)
        self.status, self.after = status, after


def persistently(action: Callable[[], T], host: str, sleep: Callable[[float], None] = time.sleep) -> T:
    """*action*'s result, tried up to `ATTEMPTS` times. Raises Throttled or Unreachable."""
    attempt = 0
    while True:
        try:
            return action()
        except Again as again:
            wait = pause(attempt, again.after)
            attempt += 1
            if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                raise gave_up(again, host) from None
            sleep(wait)


def pause(attempt: int, after: float | None) -> float:
    """Seconds to wait after failed attempt number *attempt* (from 0)."""
    return FIRST_WAIT * 2**attempt if after is None else max(after, FIRST_WAIT)


def gave_up(again: Again, host: str) -> Throttled | Unreachable:
    """The error to tell once patience has ended."""
    if again.status == 429:
        later = f"; it asks to wait {again.after:.0f} s" if again.after else ""
        return Throttled(
            f"the registry {host} allows no more requests for now",
            why=f"{again}{later}",
            remedy="log in (`docker login`), name a mirror, or try again later",
        )
    return Unreachable(
        f"the registry {host} did not answer properly",
        why=str(again),
        remedy="check the network, proxy and CA certificates, or name a mirror",
    )


def retry_after(header: str | None, now: Callable[[], float] = time.time) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date. None where it says neither."""
    if not header or len(header) > 100:
        return None
    if header.strip().isdecimal():
        return min(float(header), 1e9)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None
