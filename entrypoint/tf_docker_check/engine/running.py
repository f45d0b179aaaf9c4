"""What is under way, so that it can be stopped at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import contextmanager, suppress
from typing import TypeVar

from tf_docker_check.errors import EngineError

T = TypeVar("T")
NOTICE = 3.0  # seconds for a call to notice that it was cut
STOPPING = 5.0  # seconds for everything under way to stop


class Late(Exception):
    """A call took longer than its limit."""


class Running:
    """The builds, pulls and containers in flight. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: dict[object, Callable[[], object]] = {}
        self._stopped = False

    @contextmanager
    def until_done(self, what: str, stop: Callable[[], object]) -> Iterator[None]:
        """While the block runs, `stop_all` calls *stop*; then the block ends in an EngineError."""
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

    def call(self, what: str, seconds: float, work: Callable[[], T], cut: Callable[[], None]) -> T:
        """What *work* returns: a request that the SDK cannot be told to give up.

        After *seconds* (then `Late` is raised) or when it is to stop, *cut* is called; should even
        that not end it, it is left behind in its thread, which no exit of ours waits for.
        """
        answer: Future[T] = Future()

        def act() -> None:
            with suppress(InvalidStateError):  # nobody waits for it any more
                try:
                    answer.set_result(work())
                except Exception as error:
                    answer.set_exception(error)

        thread = threading.Thread(target=act, name=what, daemon=True)
        with self.until_done(what, answer.cancel):
            thread.start()
            try:
                return answer.result(seconds)
            except OutOfTime:
                if answer.done():  # its own
                    raise
                raise Late(what) from None
            finally:
                if not answer.done() or answer.cancelled():
                    cut()
                    thread.join(NOTICE)

    def stop_all(self) -> None:
        """Stop everything under way and whatever comes later, all at the same time."""
        with self._lock:
            self._stopped = True
            stops = list(self._stops.values())
        threads = [threading.Thread(target=_quietly, args=(stop,), daemon=True) for stop in stops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(STOPPING)


def _quietly(stop: Callable[[], object]) -> None:
    with suppress(Exception):  # one that resists must not save the others
        stop()
