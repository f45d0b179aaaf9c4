"""Progress of a run: a live display on a terminal, lines in a log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from tf_docker_check.model.event import Event, Observer
from tf_docker_check.progress.plain import Log, Plain, ticking


@contextmanager
def progress(
    stream: TextIO, *, quiet: bool = False, verbose: bool = False, log: Log | None = None
) -> Iterator[Observer]:
    """Yield the observer of a run's events; *log* is how a CI's log wants lines and groups.

    A *stream* whose reader has gone, or whose disk is full, costs the progress and not the run.
    """
    with _choose_observer(stream, quiet=quiet, verbose=verbose, log=log) as observe:

        def observe_safely(event: Event) -> None:
            with suppress(OSError):
                observe(event)

        yield observe_safely


@contextmanager
def _choose_observer(stream: TextIO, *, quiet: bool, verbose: bool, log: Log | None) -> Iterator[Observer]:
    if quiet:
        yield _nothing
    elif stream.isatty() and log is None:
        from tf_docker_check.progress.live import live  # rich pays on a terminal only

        with live(stream, verbose=verbose) as observe:
            yield observe
    else:
        plain = Plain(stream, log or Log(), verbose=verbose)
        with ticking(plain):
            yield plain


def _nothing(event: Event) -> None:
    """Quiet: no progress at all."""
