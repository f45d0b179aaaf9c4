"""From frames to checks: what each rung showed, and which one was in flight when it all ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.model.observation import Check, Death, Exit
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.probe.death import how, of_child, of_container
from tf_docker_check.probe.frames import Frame, is_name, text_of
from tf_docker_check.probe.rungs import Rung

MAX_FACTS = 300
MAX_FACTS_SIZE = 512 * 1024  # bytes as they came, for one rung
MAX_TEXT = 32 * 1024
_OWN_WORD = {status.value: status for status in Status}  # errored: a bug of the probe's own


@dataclass
class _InFlight:
    rung: Rung
    at: float
    facts: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    text: str = ""
    printed: Bounded = field(default_factory=lambda: Bounded(MAX_TEXT))


class Climb:
    """Takes frames in, hands each check to *on_check* as soon as it is known.

    A frame that cannot come now (a rung out of turn, a second end) is ignored: what is known of a
    rung is what was said first, and a rung that nothing is known of has failed.
    """

    def __init__(self, rungs: Sequence[Rung], on_check: Callable[[Check], None]) -> None:
        self._ahead = list(rungs)
        self._in_flight: _InFlight | None = None
        self._done = on_check
        self.timed_out = False  # by our own clock in the container
        self._gave_up = False  # the last check that was settled is one that the probe could not judge

    def hear(self, text: bytes) -> None:
        """What is printed while a rung is in flight: it counts if that rung never ends."""
        if self._in_flight:
            self._in_flight.printed.add(text)

    def take(self, frame: Frame) -> None:
        """Judge one frame."""
        if frame.kind == "start":
            self._start(frame)
        elif frame.kind == "ended":
            self._stage_ended(frame)
        elif self._in_flight and frame.kind == "fact":
            self._fact(self._in_flight, frame)
        elif self._in_flight and frame.kind == "text":
            self._text(self._in_flight, frame.fields)
        elif self._in_flight and frame.kind == "end":
            self._end(self._in_flight, frame)

    def finish(self, exit: Exit, error: str = "", *, image_at_fault: bool = False) -> None:  # noqa: A002
        """The container is gone: settle what is in flight and what was never reached.

        *error* says why the engine could not start it at all; *image_at_fault*: for what the image holds.
        """
        if self._in_flight:
            self._died(self._in_flight, of_container(exit), exit.seconds)
            words = "the container ended before it"
        elif error:
            self._settle(Status.FAILED if image_at_fault else Status.ERRORED, one_line(error))
            words = "the container was not started"
        elif self._gave_up:
            words = "the probe did not get to it"
        elif self.timed_out:
            words = "no time was left for it"
        else:
            death = of_container(exit)
            self._settle(death.status, f"{how(death, exit.seconds)} before this check", death)
            words = "the container ended before it"
        self._skip(self._ahead, words)
        self._ahead = []

    def abandon(self, why: str) -> None:
        """The engine failed, for *why*: what is in flight, else what comes next, cannot be judged."""
        if self._in_flight:
            self._land(self._in_flight, Status.ERRORED, why, self._in_flight.at)
        else:
            self._settle(Status.ERRORED, why)
        self._skip(self._ahead, "the engine failed before it")
        self._ahead = []

    def _settle(self, status: Status, reason: str, death: Death | None = None) -> None:
        """The next rung, if any, ends without ever having begun."""
        for rung in self._ahead[:1]:
            self._done(Check(rung.name, status, reason, death=death))
        self._ahead = self._ahead[1:]

    def _start(self, frame: Frame) -> None:
        if not self._in_flight and self._ahead and frame.fields.get("rung") == self._ahead[0].name:
            self._in_flight = _InFlight(self._ahead.pop(0), frame.at)

    def _fact(self, here: _InFlight, frame: Frame) -> None:
        name, here.size = frame.fields.get("name"), here.size + frame.size
        room = len(here.facts) < MAX_FACTS and here.size <= MAX_FACTS_SIZE
        if is_name(name) and "value" in frame.fields and room:
            here.facts.setdefault(str(name), frame.fields["value"])

    def _text(self, here: _InFlight, fields: dict[str, Any]) -> None:
        text = fields.get("text")
        if isinstance(text, str):
            here.text = (here.text + text)[-MAX_TEXT:]

    def _end(self, here: _InFlight, frame: Frame) -> None:
        status = _OWN_WORD.get(str(frame.fields.get("status")))
        if status and frame.fields.get("rung") == here.rung.name:
            reason = one_line(str(frame.fields.get("reason") or ""))
            self._gave_up = status is Status.ERRORED
            self._land(here, status, reason, frame.at)

    def _stage_ended(self, frame: Frame) -> None:
        if self._in_flight and frame.fields.get("stage") == self._in_flight.rung.stage:
            death = of_child(frame.fields)
            self.timed_out = death.timed_out
            self._died(self._in_flight, death, frame.at)

    def _died(self, here: _InFlight, death: Death, at: float) -> None:
        words = how(death, at - here.at)
        here.text += text_of(here.printed.value())
        self._land(here, death.status, words, at, death)
        left = [rung for rung in self._ahead if rung.stage == here.rung.stage]
        self._ahead = [rung for rung in self._ahead if rung.stage != here.rung.stage]
        self._skip(left, f"the process died in {here.rung.name} ({words})")

    def _land(
        self, here: _InFlight, status: Status, reason: str, at: float, death: Death | None = None
    ) -> None:
        seconds = round(max(0.0, at - here.at), 3)
        check = Check(here.rung.name, status, reason, seconds, dict(here.facts), here.text.rstrip(), death)
        self._in_flight = None
        self._done(check)

    def _skip(self, rungs: Sequence[Rung], reason: str) -> None:
        for rung in rungs:
            self._done(Check(rung.name, Status.SKIPPED, reason))
