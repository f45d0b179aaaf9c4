"""One container that climbs rungs, and what is heard from it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.engine.protocol import Engine, RunRequest, RunResult
from tf_docker_check.errors import CheckError
from tf_docker_check.model.observation import Check, Exit
from tf_docker_check.probe.climb import Climb
from tf_docker_check.probe.frames import Frame, Reader, text_of
from tf_docker_check.probe.rungs import Rung
from tf_docker_check.probe.script import script

MARGIN = 20.0  # seconds the container may take beyond the probe's own time limit
MAX_TRANSCRIPT = 256 * 1024  # bytes kept of what is printed beside the evidence


def climb(
    engine: Engine,
    request: RunRequest,
    rungs: tuple[Rung, ...],
    seconds: float,
    on_check: Callable[[Check], None],
) -> tuple[Exit, str]:
    """Climb *rungs* in the container of *request*, which is to run Python on its standard input.

    How the container ended, and what it printed beside the evidence. Raises EngineError, after every
    rung has its check: the one in flight is errored then.
    """
    nonce = secrets.token_hex(16)
    listener = _Listener(Reader(nonce), Climb(rungs, on_check), Bounded(MAX_TRANSCRIPT))
    ordered = replace(
        request,
        stdin=script(rungs, nonce=nonce, seconds=seconds),
        timeout=seconds + MARGIN,
        on_output=listener.hear,
    )
    try:
        ran = engine.run(ordered)
    except CheckError as error:
        listener.climb.abandon(error.in_one_line)
        raise
    listener.end(ran)
    late = ran.exit.timed_out or listener.climb.timed_out
    return replace(ran.exit, timed_out=late), text_of(listener.transcript.value())


@dataclass(frozen=True)
class _Listener:
    """Sorts a container's output, as it comes, into evidence and transcript."""

    reader: Reader
    climb: Climb
    transcript: Bounded

    def hear(self, data: bytes) -> None:
        self._sort(self.reader.feed(data))

    def end(self, ran: RunResult) -> None:
        self._sort(self.reader.end())
        if ran.error:
            self.transcript.add(ran.error.encode())
        self.climb.finish(ran.exit, ran.error, image_at_fault=ran.image_at_fault)

    def _sort(self, items: Iterable[Frame | bytes]) -> None:
        for item in items:
            if isinstance(item, Frame):
                self.climb.take(item)
            else:
                self.transcript.add(item)
                self.climb.hear(item)
