"""What is under way, so that it can be stopped at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tf_docker_check.errors import EngineError


class Running:
    """The builds and containers in flight. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: dict[object, Callable[[], None]] = {}
        self._stopped = False

    @contextmanager
    def until_done(self, what: str, stop: Callable[[], None]) -> Iterator[None]:
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

    def stop_all(self) -> None:
        """Stop everything under way and whatever comes later."""
        with self._lock:
            self._stopped = True
            stops = list(self._stops.values())
        for stop in stops:
            with suppress(Exception):  # one that resists must not save the others
                stop()
