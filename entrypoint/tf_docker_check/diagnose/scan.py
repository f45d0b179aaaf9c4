"""Where in a log the signatures, clues and harmless messages stand, at the speed of one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, BinaryIO

from tf_docker_check.diagnose.stream import blocks
from tf_docker_check.diagnose.trigger import trigger
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import Pattern

KEPT = 50  # places kept of one name
ENOUGH = 200  # places after which a name is looked for no more
SPAN = 4096  # bytes of a line to either side of what was found that are looked at

_NEVER = r"[^\x00-\xff]"

Name = str
"""``cause/signature``, or the name of a clue, or ``noise:NAME``."""


@dataclass(frozen=True)
class Place:
    """A line in which a pattern was found."""

    line: int
    text: bytes


Seen = Mapping[Name, tuple[Place, ...]]


@dataclass(frozen=True)
class _Wanted:
    name: Name
    look: Pattern
    at_least: float = 0.0


def scan(log: BinaryIO) -> Seen:
    """Every name found in *log*, with its first places. Memory is bounded, whatever the log."""
    search = _Search()
    for text, number in blocks(log):
        search.read(text, number)
    return {name: tuple(places) for name, places in search.seen.items()}


@dataclass
class _Search:
    """One pass over a log. What has been met often enough leaves the automaton."""

    seen: dict[Name, list[Place]] = field(default_factory=dict)
    _met: dict[Name, int] = field(default_factory=lambda: defaultdict(int))
    _left: tuple[int, ...] = field(default_factory=lambda: tuple(range(len(_wanted()))))
    _automaton: Any = field(default_factory=lambda: _automaton(tuple(range(len(_wanted())))))

    def read(self, text: bytes, number: int) -> None:
        at = counted = 0
        while found := self._automaton.search(text, at):
            start, end = _line(text, *found.span())
            number += text.count(b"\n", counted, start)
            counted = start
            self._judge(Place(number, text[start:end]))
            at = max(end, found.end())

    def _judge(self, place: Place) -> None:
        for index in _candidates(place.text):
            wanted = _wanted()[index]
            if not _holds(wanted, place.text):
                continue
            self._met[wanted.name] += 1
            if self._met[wanted.name] <= KEPT:
                self.seen.setdefault(wanted.name, []).append(place)
            if self._met[wanted.name] == ENOUGH:
                self._left = tuple(one for one in self._left if one != index)
                self._automaton = _automaton(self._left)


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The line around a finding; of a very long one, the part around it. A carriage return ends one."""
    low, high = max(0, start - SPAN), min(len(text), end + SPAN)
    first = max(text.rfind(b"\n", low, start), text.rfind(b"\r", low, start)) + 1
    ends = (text.find(b"\n", end, high), text.find(b"\r", end, high))
    return first or low, min((place for place in ends if place >= 0), default=high)


def _candidates(line: bytes) -> list[int]:
    return _triggers().Match(line) or []


def _holds(wanted: _Wanted, line: bytes) -> bool:
    found = _compiled(wanted.look.pattern).search(line)
    if not found or (wanted.look.but_not and _compiled(wanted.look.but_not).search(line)):
        return False
    if not wanted.at_least:
        return True
    share, whole = (int(number) for number in found.groups()[:2])
    return share >= whole * wanted.at_least


@cache
def _wanted() -> tuple[_Wanted, ...]:
    return tuple(_everything())


def _everything() -> Iterator[_Wanted]:
    for cause in knowledge.causes().values():
        for signature in cause.signatures:
            yield _Wanted(f"{cause.id}/{signature.name}", signature.look)
    for clue in knowledge.clues().values():
        yield _Wanted(clue.name, clue.look, clue.at_least)
    for message in knowledge.harmless().values():
        yield _Wanted(f"noise:{message.name}", message.look)


@cache
def _options() -> Any:
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.max_mem = 64 * 1024 * 1024
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return options


@cache
def _automaton(left: tuple[int, ...]) -> Any:
    import re2  # noqa: PLC0415

    together = "|".join(dict.fromkeys(trigger(_wanted()[one].look.pattern) for one in left))
    return re2.compile(f"(?m){together or _NEVER}".encode(), _options())


@cache
def _triggers() -> Any:
    import re2  # noqa: PLC0415

    triggers = re2.Set.SearchSet(_options())
    for wanted in _wanted():
        triggers.Add(trigger(wanted.look.pattern).encode())
    triggers.Compile()
    return triggers


@cache
def _compiled(pattern: str) -> Any:
    import re2  # noqa: PLC0415

    return re2.compile(pattern.encode(), _options())
