"""Turn the probe's messages into checks, also the check in flight when the container ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.model.observation import Check, Death, Exit
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.probe.check_specs import CheckSpec
from tf_docker_check.probe.death import child_death, container_death, describe_death
from tf_docker_check.probe.messages import ProbeMessage, is_name, plain_text

MAX_FACTS = 300
MAX_FACTS_SIZE = 512 * 1024  # bytes as received, for one check
MAX_TEXT = 32 * 1024
_STATUSES = {status.value: status for status in Status}  # errored: a bug of the probe itself


@dataclass
class _InFlight:
    spec: CheckSpec
    at: float
    facts: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    text: str = ""
    printed: Bounded = field(default_factory=lambda: Bounded(MAX_TEXT))


class CheckStreamParser:
    """Reads messages and hands each check to *on_check* as soon as it is known.

    A message that is not expected (a check out of order, a second end) is ignored: the first result of a
    check counts, and a check without any has failed.
    """

    def __init__(self, specs: Sequence[CheckSpec], on_check: Callable[[Check], None]) -> None:
        self._ahead = list(specs)
        self._in_flight: _InFlight | None = None
        self._on_check = on_check
        self.timed_out = False  # by the probe's own time limit in the container
        self._last_errored = False  # the last check ended in an error of the probe

    def feed_text(self, text: bytes) -> None:
        """Keep what is printed while a check is in flight, for a check that never ends."""
        if self._in_flight:
            self._in_flight.printed.add(text)

    def feed(self, message: ProbeMessage) -> None:
        """Read one message."""
        if message.kind == "start":
            self._start(message)
        elif message.kind == "ended":
            self._stage_ended(message)
        elif self._in_flight and message.kind == "fact":
            self._fact(self._in_flight, message)
        elif self._in_flight and message.kind == "text":
            self._text(self._in_flight, message.fields)
        elif self._in_flight and message.kind == "end":
            self._end(self._in_flight, message)

    def finish(self, exit: Exit, error: str = "", *, image_at_fault: bool = False) -> None:  # noqa: A002
        """End all remaining checks after the container ended.

        *error* says why the engine could not start it; *image_at_fault*: because of the image's content.
        """
        if self._in_flight:
            self._end_by_death(self._in_flight, container_death(exit), exit.seconds)
            words = "the container ended before it"
        elif error:
            self._end_next(Status.FAILED if image_at_fault else Status.ERRORED, one_line(error))
            words = "the container was not started"
        elif self._last_errored:
            words = "the probe did not get to it"
        elif self.timed_out:
            words = "no time was left for it"
        else:
            death = container_death(exit)
            self._end_next(death.status, f"{describe_death(death, exit.seconds)} before this check", death)
            words = "the container ended before it"
        self._skip(self._ahead, words)
        self._ahead = []

    def abandon(self, why: str) -> None:
        """End all remaining checks after the engine failed with *why*: the one in flight, or the next, errored."""
        if self._in_flight:
            self._emit(self._in_flight, Status.ERRORED, why, self._in_flight.at)
        else:
            self._end_next(Status.ERRORED, why)
        self._skip(self._ahead, "the engine failed before it")
        self._ahead = []

    def _end_next(self, status: Status, reason: str, death: Death | None = None) -> None:
        """End the next check, if any, that has not begun."""
        for spec in self._ahead[:1]:
            self._on_check(Check(spec.name, status, reason, death=death))
        self._ahead = self._ahead[1:]

    def _start(self, message: ProbeMessage) -> None:
        if not self._in_flight and self._ahead and message.fields.get("rung") == self._ahead[0].name:
            self._in_flight = _InFlight(self._ahead.pop(0), message.at)

    def _fact(self, current: _InFlight, message: ProbeMessage) -> None:
        name, current.size = message.fields.get("name"), current.size + message.size
        room = len(current.facts) < MAX_FACTS and current.size <= MAX_FACTS_SIZE
        if is_name(name) and "value" in message.fields and room:
            current.facts.setdefault(str(name), message.fields["value"])

    def _text(self, current: _InFlight, fields: dict[str, Any]) -> None:
        text = fields.get("text")
        if isinstance(text, str):
            current.text = (current.text + text)[-MAX_TEXT:]

    def _end(self, current: _InFlight, message: ProbeMessage) -> None:
        status = _STATUSES.get(str(message.fields.get("status")))
        if status and message.fields.get("rung") == current.spec.name:
            reason = one_line(str(message.fields.get("reason") or ""))
            self._last_errored = status is Status.ERRORED
            self._emit(current, status, reason, message.at)

    def _stage_ended(self, message: ProbeMessage) -> None:
        if self._in_flight and message.fields.get("stage") == self._in_flight.spec.stage:
            death = child_death(message.fields)
            self.timed_out = death.timed_out
            self._end_by_death(self._in_flight, death, message.at)

    def _end_by_death(self, current: _InFlight, death: Death, at: float) -> None:
        words = describe_death(death, at - current.at)
        current.text += plain_text(current.printed.value())
        self._emit(current, death.status, words, at, death)
        left = [spec for spec in self._ahead if spec.stage == current.spec.stage]
        self._ahead = [spec for spec in self._ahead if spec.stage != current.spec.stage]
        self._skip(left, f"the process died in {current.spec.name} ({words})")

    def _emit(
        self, current: _InFlight, status: Status, reason: str, at: float, death: Death | None = None
    ) -> None:
        seconds = round(max(0.0, at - current.at), 3)
        check = Check(
            current.spec.name, status, reason, seconds, dict(current.facts), current.text.rstrip(), death
        )
        self._in_flight = None
        self._on_check(check)

    def _skip(self, specs: Sequence[CheckSpec], reason: str) -> None:
        for spec in specs:
            self._on_check(Check(spec.name, Status.SKIPPED, reason))
