"""Track builds, pulls and containers in flight, so that all can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import contextmanager, suppress
from typing import TypeVar

from tf_docker_check.errors import EngineError

T = TypeVar("T")
NOTICE = 3.0  # seconds for a call to notice that it was aborted
STOPPING = 5.0  # seconds for everything under way to stop


class DeadlineExceeded(Exception):
    """A call took longer than its limit."""


class InFlight:
    """The builds, pulls and containers in flight. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: dict[object, Callable[[], object]] = {}
        self._stopped = False

    @contextmanager
    def track(self, what: str, stop: Callable[[], object]) -> Iterator[None]:
        """Let `stop_all` call *stop* while the block runs; the block then ends with an EngineError."""
        key = object()
        with self._lock:
            self._stops[key] = stop
        try:
            if self._stopped:
                stop()
            else:
                yield
        except Exception as error:
            if not self._stopped:
                raise
            raise EngineError(f"{what} was stopped") from error
        finally:
            with self._lock:
                del self._stops[key]
        if self._stopped:
            raise EngineError(f"{what} was stopped")

    def call(self, what: str, seconds: float, work: Callable[[], T], abort: Callable[[], None]) -> T:
        """Call *work*, a request that the SDK cannot cancel, and return its result.

        After *seconds* (then `DeadlineExceeded` is raised) or on `stop_all`, *abort* is called. If *work* does
        not end then, it is left in its daemon thread.
        """
        answer: Future[T] = Future()

        def act() -> None:
            with suppress(InvalidStateError):  # nobody waits for it any more
                try:
                    answer.set_result(work())
                except Exception as error:
                    answer.set_exception(error)

        thread = threading.Thread(target=act, name=what, daemon=True)
        with self.track(what, answer.cancel):
            thread.start()
            try:
                return answer.result(seconds)
            except OutOfTime:
                if answer.done():  # its own
                    raise
                raise DeadlineExceeded(what) from None
            finally:
                if not answer.done() or answer.cancelled():
                    abort()
                    thread.join(NOTICE)

    def stop_all(self) -> None:
        """Stop everything in flight, in parallel; what is tracked later is stopped at once."""
        with self._lock:
            self._stopped = True
            stops = list(self._stops.values())
        threads = [threading.Thread(target=_stop_quietly, args=(stop,), daemon=True) for stop in stops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(STOPPING)


def _stop_quietly(stop: Callable[[], object]) -> None:
    with suppress(Exception):  # one that resists must not save the others
        stop()
