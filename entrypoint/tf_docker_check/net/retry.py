"""Repeat requests that failed temporarily."""

from __future__ import annotations

import email.utils
import itertools
import time
from collections.abc import Callable
from typing import TypeVar

ATTEMPTS = 5

T = TypeVar("T")


class RetryableError(Exception):
    """A failure that may be temporary. `limited`: by a rate limit; `after`: seconds that the server asks to wait."""

    def __init__(self, why: str, *, limited: bool = False, after: float | None = None) -> None:
        super().__init__(why)
        self.limited, self.after = limited, after


def retry(action: Callable[[], T], wait: Callable[[RetryableError, int], object]) -> T:
    """Return what *action* returns, called again while it raises RetryableError.

    *wait* gets the error and the number of failed attempts; it waits, or raises what ends the attempts.
    """
    for failed in itertools.count(1):
        try:
            return action()
        except RetryableError as error:
            wait(error, failed)
    raise AssertionError  # count() does not end


def wait_seconds(error: RetryableError, failed: int, first: float) -> float:
    """Return the seconds to wait after *failed* attempts: as the server asks, else *first*, doubled each time."""
    return first * 2 ** (failed - 1) if error.after is None else max(error.after, first)


def retry_after(header: str | None, now: Callable[[], float] = time.time) -> float | None:
    """Parse a Retry-After header, a number of seconds or a date. None if it is neither."""
    if not header or len(header) > 100:
        return None
    if (seconds := whole_seconds(header)) is not None:
        return seconds
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None


def whole_seconds(header: str | None) -> float | None:
    """Parse a header that counts seconds; None if it does not."""
    text = (header or "").strip()
    return min(float(text), 1e12) if text.isascii() and text.isdecimal() and len(text) <= 100 else None
