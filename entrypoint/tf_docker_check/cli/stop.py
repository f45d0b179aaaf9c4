"""Signals that end a run: one is enough, and the clean-up that follows does not last for ever."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import FrameType

CLEAN_UP = 7.0
"""Seconds. GitHub's runner sends SIGINT, SIGTERM 7.5 s later, and kills after another 2.5 s."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """A signal ended the run."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """While the block runs, a signal raises `Stopped` in it, once, in the main thread.

    Further ones change nothing. Where the block's clean-up takes longer than `CLEAN_UP`, the
    process ends without it. A signal that is ignored already (nohup) stays ignored.
    """
    limits: list[Timer] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        for signum in before:
            signal.signal(signum, signal.SIG_IGN)
        limits.append(Timer(CLEAN_UP, _end, (number,)))
        limits[0].daemon = True
        limits[0].start()
        raise Stopped(number)

    heeded = [signum for signum in _SIGNALS if signal.getsignal(signum) is not signal.SIG_IGN]
    before = {signum: signal.getsignal(signum) for signum in heeded}
    for signum in heeded:
        signal.signal(signum, stop)
    try:
        yield
    finally:
        for limit in limits:
            limit.cancel()
        for signum in () if limits else heeded:  # after a signal there is nothing left but to end
            signal.signal(signum, before[signum])


def _end(number: int) -> None:
    """End at once: a thread that waits for the engine would keep us."""
    sys.stderr.write(
        "tf-docker-check: cleaning up took too long; some of what this run made may be left\n"
        "  do:  docker ps -a --filter label=tf-docker-check.run (and `docker images`, likewise) show it\n"
    )
    sys.stderr.flush()
    os._exit(128 + number)
