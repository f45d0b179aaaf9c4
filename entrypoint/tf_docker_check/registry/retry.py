"""Retry registry requests that failed temporarily."""

from __future__ import annotations

import email.utils
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from typing import TypeVar

from tf_docker_check.model.text import one_line
from tf_docker_check.registry.errors import Throttled, Unreachable

ATTEMPTS = 5
FIRST_WAIT = 0.5  # seconds; doubles
PATIENCE = 60.0  # seconds for one whole answer, all attempts together
NOTICE_AFTER = 5.0  # seconds of waiting after which a notice is printed
LONGEST_WAIT = 60.0  # seconds; if a registry asks for more, the request fails
PASSING = frozenset({408, 429, 500, 502, 503, 504})  # statuses of temporary failures

T = TypeVar("T")


class Again(Exception):
    """A temporary failure. `after`: seconds that the registry asked to wait."""

    def __init__(self, why: str, *, status: int = 0, after: float | None = None) -> None:
        super().__init__(why)
        self.status, self.after = status, after


def persistently(
    action: Callable[[float], T],
    host: str,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    patience: float = PATIENCE,
) -> T:
    """Run *action* up to `ATTEMPTS` times. Raises Throttled or Unreachable.

    All attempts together take *patience* seconds; *action* is given what is left of them. The pauses
    between them, some of which the registry asks for, do not count.
    """
    attempt = 0
    while True:
        began = clock()
        try:
            return action(patience)
        except Again as again:
            patience -= clock() - began
            wait = pause(attempt, again.after)
            attempt += 1
            if attempt == ATTEMPTS or wait > LONGEST_WAIT or patience <= 0:
                raise gave_up(again, host) from None
            if wait >= NOTICE_AFTER:
                notice(f"retrying the registry {host} in {wait:.0f} s: {again}")
            sleep(wait)


def within(action: Callable[[], T], seconds: float, host: str) -> T:
    """Run *action* in a thread. Raises Again after *seconds*; the thread is then abandoned.

    A registry that sends a little now and then never runs into a connection's own time-outs.
    """
    answer: Future[T] = Future()

    def act() -> None:
        try:
            answer.set_result(action())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=act, name=f"asking {host}", daemon=True).start()
    try:
        return answer.result(min(NOTICE_AFTER, seconds))
    except OutOfTime:
        if answer.done():  # its own
            raise
    if seconds > NOTICE_AFTER:
        notice(f"waiting for the registry {host}, which has not answered for {NOTICE_AFTER:.0f} s")
        try:
            return answer.result(seconds - NOTICE_AFTER)
        except OutOfTime:
            if answer.done():
                raise
    answer.add_done_callback(_drop)
    raise Again(f"no complete response within {seconds:.0f} s")


def _drop(late: Future[T]) -> None:
    """Close the connection of an abandoned request."""
    if late.exception() is None and (close := getattr(late.result(), "close", None)):
        close()


def notice(line: str) -> None:
    """Print *line* to standard error, for a user who is waiting."""
    sys.stderr.write(f"{one_line(line)}\n")
    sys.stderr.flush()


def pause(attempt: int, after: float | None) -> float:
    """Return the seconds to wait after failed attempt *attempt* (from 0)."""
    return FIRST_WAIT * 2**attempt if after is None else max(after, FIRST_WAIT)


def gave_up(again: Again, host: str) -> Throttled | Unreachable:
    """Return the error for a failure that retries did not cure."""
    if again.status == 429:
        later = f"; it asks to wait {again.after:.0f} s" if again.after else ""
        return Throttled(
            f"the registry {host} limits the request rate",
            why=f"{again}{later}",
            remedy="log in (`docker login`), name a mirror, or try again later",
        )
    return Unreachable(
        f"the registry {host} did not answer properly",
        why=str(again),
        remedy="check the network, proxy and CA certificates, or name a mirror",
    )


def retry_after(header: str | None, now: Callable[[], float] = time.time) -> float | None:
    """Parse a Retry-After header, a number of seconds or a date. None if it is neither."""
    if not header or len(header) > 100:
        return None
    seconds = header.strip()
    if seconds.isascii() and seconds.isdecimal():
        return min(float(seconds), 1e9)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None
