"""Run checks in one container and read its messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.engine.protocol import Engine, RunRequest, RunResult
from tf_docker_check.errors import CheckError
from tf_docker_check.model.observation import Check, Exit
from tf_docker_check.probe.check_specs import CheckSpec
from tf_docker_check.probe.check_stream import CheckStreamParser
from tf_docker_check.probe.messages import ProbeMessage, Reader, plain_text
from tf_docker_check.probe.script import script

MARGIN = 20.0  # seconds the container may take beyond the probe's own time limit
MAX_TRANSCRIPT = 256 * 1024  # bytes kept of what is printed besides messages


def run_checks(
    engine: Engine,
    request: RunRequest,
    specs: tuple[CheckSpec, ...],
    seconds: float,
    on_check: Callable[[Check], None],
) -> tuple[Exit, str]:
    """Run *specs* in the container of *request*, which must run Python on its standard input.

    Return how the container ended, and what it printed besides messages. Raises EngineError after every
    spec has its check: the one in flight is errored then.
    """
    nonce = secrets.token_hex(16)
    listener = _Listener(Reader(nonce), CheckStreamParser(specs, on_check), Bounded(MAX_TRANSCRIPT))
    ordered = replace(
        request,
        stdin=script(specs, nonce=nonce, seconds=seconds),
        timeout=seconds + MARGIN,
        on_output=listener.feed_text,
    )
    try:
        ran = engine.run(ordered)
    except CheckError as error:
        listener.parser.abandon(error.in_one_line)
        raise
    listener.end(ran)
    late = ran.exit.timed_out or listener.parser.timed_out
    return replace(ran.exit, timed_out=late), plain_text(listener.transcript.value())


@dataclass(frozen=True)
class _Listener:
    """Sorts a container's output, as it arrives, into messages and transcript."""

    reader: Reader
    parser: CheckStreamParser
    transcript: Bounded

    def feed_text(self, data: bytes) -> None:
        self._sort(self.reader.feed(data))

    def end(self, ran: RunResult) -> None:
        self._sort(self.reader.end())
        if ran.error:
            self.transcript.add(ran.error.encode())
        self.parser.finish(ran.exit, ran.error, image_at_fault=ran.image_at_fault)

    def _sort(self, items: Iterable[ProbeMessage | bytes]) -> None:
        for item in items:
            if isinstance(item, ProbeMessage):
                self.parser.feed(item)
            else:
                self.transcript.add(item)
                self.parser.feed_text(item)
