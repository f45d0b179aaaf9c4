"""Where in a log the signatures, clues and harmless messages stand, in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from tf_docker_check.diagnose import automaton
from tf_docker_check.diagnose.stream import blocks
from tf_docker_check.diagnose.trigger import trigger
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import Pattern

KEPT = 50  # places kept of one name
ENOUGH = 200  # places after which a name is looked for no more
LEAD = 250  # bytes kept before what was found
SPAN = 4096  # bytes of a line to either side of what was found that are looked at

Name = str
"""``cause/signature``, or the name of a clue, or ``noise:NAME``."""


@dataclass(frozen=True)
class Place:
    """A line in which a pattern was found."""

    line: int
    text: bytes


Seen = Mapping[Name, tuple[Place, ...]]


@dataclass(frozen=True)
class Wanted:
    """What to look for. `trigger` matches wherever the pattern does, and is cheaper."""

    name: Name
    look: Pattern
    at_least: float = 0.0

    @property
    def trigger(self) -> str:
        return trigger(self.look.pattern)

    def find(self, line: bytes) -> int | None:
        """Where in *line* it stands, or None where the line is not meant."""
        found = automaton.one(self.look.pattern).search(line)
        if not found or (self.look.but_not and automaton.one(self.look.but_not).search(line)):
            return None
        if self.at_least:
            share, whole = (int(number) for number in found.groups()[:2])
            if share < whole * self.at_least:
                return None
        return found.span()[0]


def scan(log: BinaryIO) -> Seen:
    """Every name found in *log*, with its first places. Memory is bounded, whatever the log."""
    search = _Search()
    for text, number in blocks(log):
        search.read(text, number)
    return {name: tuple(places) for name, places in search.seen.items()}


class _Search:
    """One pass over a log. What has been met often enough leaves the automaton."""

    def __init__(self) -> None:
        self.seen: dict[Name, list[Place]] = {}
        self._met: Counter[Name] = Counter()
        self._start_over()

    def read(self, text: bytes, number: int) -> None:
        at = counted = 0
        while found := self._automaton.search(text, at):
            start, end = _line(text, *found.span())
            number += text.count(b"\n", counted, start)
            counted = start
            self._judge(number, text[start:end])
            at = max(end, found.span()[1])

    def _judge(self, number: int, line: bytes) -> None:
        for index in _which().Match(line) or ():
            sought = wanted()[index]
            at = sought.find(line)
            if at is not None:
                self._note(sought.name, Place(number, line if at < LEAD else line[at - LEAD :]))

    def _note(self, name: Name, place: Place) -> None:
        self._met[name] += 1
        if self._met[name] <= KEPT:
            self.seen.setdefault(name, []).append(place)
        elif self._met[name] == ENOUGH:
            self._start_over()

    def _start_over(self) -> None:
        left = (sought.trigger for sought in wanted() if self._met[sought.name] < ENOUGH)
        self._automaton = automaton.any_of(left)


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The line around a finding; of a very long one, the part around it. A carriage return ends one."""
    low, high = max(0, start - SPAN), min(len(text), end + SPAN)
    first = max(text.rfind(b"\n", low, start), text.rfind(b"\r", low, start)) + 1
    ends = (text.find(b"\n", end, high), text.find(b"\r", end, high))
    return first or low, min((place for place in ends if place >= 0), default=high)


@cache
def wanted() -> tuple[Wanted, ...]:
    """Everything to look for."""
    return tuple(_everything())


def _everything() -> Iterator[Wanted]:
    for cause in knowledge.causes().values():
        for signature in cause.signatures:
            yield Wanted(f"{cause.id}/{signature.name}", signature.look)
    for clue in knowledge.clues().values():
        yield Wanted(clue.name, clue.look, clue.at_least)
    for message in knowledge.harmless().values():
        yield Wanted(f"noise:{message.name}", message.look)


@cache
def _which() -> automaton.Which:
    return automaton.which(sought.trigger for sought in wanted())
