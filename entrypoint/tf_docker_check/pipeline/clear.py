"""Remove what killed runs left, before a run."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.engine.labels import RUN
from tf_docker_check.engine.protocol import Engine, Trace
from tf_docker_check.engine.scratch import remove_abandoned_folders
from tf_docker_check.errors import CheckError


def clear(engine: Engine) -> tuple[str, ...]:
    """Remove from *engine* what killed runs left; return notes about it.

    A run that is under way, or of which that cannot be known, keeps what it has. Trouble is a note.
    """
    try:
        return tuple(_clear(engine, trace) for trace in engine.traces() if trace.ended)
    except CheckError as error:
        return (f"what earlier runs may have left was not looked for: {error.in_one_line}",)


def _clear(engine: Engine, trace: Trace) -> str:
    run = trace.labels[RUN]
    try:
        engine.sweep(trace.labels)
    except CheckError as error:
        return f"run {run} was killed and left {trace}, which cannot be removed: {error.in_one_line}"
    return f"removed {trace} that run {run} had left, whose process was killed"


def clear_folders() -> Iterator[str]:
    """Remove the temporary folders of killed processes; return a note where there were any."""
    if count := remove_abandoned_folders():
        yield f"removed {count} temporary folder{'s' * (count > 1)} of runs whose process was killed"
