"""How long registries are waited for."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from typing import TypeVar

from tf_docker_check.model.text import one_line
from tf_docker_check.net.retry import ATTEMPTS, RetryableError, retry, wait_seconds
from tf_docker_check.registry.errors import Throttled, Unreachable

FIRST_WAIT = 0.5  # seconds; doubles
PATIENCE = 60.0  # seconds for one whole answer, all attempts together
NOTICE_AFTER = 5.0  # seconds of waiting after which a notice is printed
LONGEST_WAIT = 60.0  # seconds; if a registry asks for more, the request fails
PASSING = frozenset({408, 429, 500, 502, 503, 504})  # statuses of temporary failures

T = TypeVar("T")


def repeat(
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
    began = 0.0

    def attempt() -> T:
        nonlocal began
        began = clock()
        return action(patience)

    def wait(error: RetryableError, failed: int) -> None:
        nonlocal patience
        patience -= clock() - began
        seconds = pause(error, failed)
        if failed == ATTEMPTS or seconds > LONGEST_WAIT or patience <= 0:
            raise retries_exhausted(error, host) from None
        if seconds >= NOTICE_AFTER:
            notice(f"retrying the registry {host} in {seconds:.0f} s: {error}")
        sleep(seconds)

    return retry(attempt, wait)


def within(action: Callable[[], T], seconds: float, host: str) -> T:
    """Run *action* in a thread. Raises RetryableError after *seconds*; the thread is then abandoned.

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
    raise RetryableError(f"no complete response within {seconds:.0f} s")


def _drop(late: Future[T]) -> None:
    """Close the connection of an abandoned request."""
    if late.exception() is None and (close := getattr(late.result(), "close", None)):
        close()


def notice(line: str) -> None:
    """Print *line* to standard error, for a user who is waiting."""
    sys.stderr.write(f"{one_line(line)}\n")
    sys.stderr.flush()


def pause(error: RetryableError, failed: int) -> float:
    """Return the seconds to wait after *failed* attempts."""
    return wait_seconds(error, failed, FIRST_WAIT)


def retries_exhausted(error: RetryableError, host: str) -> Throttled | Unreachable:
    """Return the error for a failure that repeating did not cure."""
    if error.limited:
        later = f"; it asks to wait {error.after:.0f} s" if error.after else ""
        return Throttled(
            f"the registry {host} limits the request rate",
            why=f"{error}{later}",
            remedy="log in (`docker login`), name a mirror, or try again later",
        )
    return Unreachable(
        f"the registry {host} did not answer properly",
        why=str(error),
        remedy="check the network, proxy and CA certificates, or name a mirror",
    )
