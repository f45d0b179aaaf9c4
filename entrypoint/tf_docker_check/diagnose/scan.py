"""Search a log for signatures, clues and harmless messages, in one pass."""

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
from tf_docker_check.resources.outcomes import QUOTED, outcomes

KEPT = 50  # matches kept of one name
ENOUGH = 200  # matches after which a name is no longer searched for
LEAD = 250  # bytes kept before a match
SPAN = 4096  # bytes of a line on either side of a match that are read
LAST = 64 * 1024  # bytes at the end of a log that are kept

Name = str
"""``cause/signature``, or the name of a clue, or ``noise:NAME``."""


@dataclass(frozen=True)
class Place:
    """A line that a pattern matches."""

    line: int
    text: bytes


Seen = Mapping[Name, tuple[Place, ...]]


@dataclass(frozen=True)
class Ending:
    """The last bytes of a log, and the number of their first line."""

    text: bytes = b""
    line: int = 1

    def places(self) -> tuple[Place, ...]:
        """Return the lines, each as a terminal shows it: what follows its last carriage return."""
        lines = (line.rstrip(b"\r").rpartition(b"\r")[2] for line in self.text.split(b"\n"))
        return tuple(Place(number, line) for number, line in enumerate(lines, start=self.line))


@dataclass(frozen=True)
class SearchTerm:
    """A pattern to search for. `trigger` matches wherever the pattern does, and is cheaper."""

    name: Name
    look: Pattern
    at_least: float = 0.0

    @property
    def trigger(self) -> str:
        return trigger(self.look.pattern)

    @property
    def speaks_for_a_cause(self) -> bool:
        return "/" in self.name

    def find(self, line: bytes) -> int | None:
        """Return the match's position in *line*, or None."""
        match = automaton.compile_pattern(self.look.pattern).search(line)
        if not match or (self.look.but_not and automaton.compile_pattern(self.look.but_not).search(line)):
            return None
        if self.at_least:
            share, whole = (int(number) for number in match.groups()[:2])
            if share < whole * self.at_least:
                return None
        return match.span()[0]


def scan(log: BinaryIO) -> Seen:
    """Return the names matched in *log*, with their first places. Memory is bounded for any log."""
    return scan_to_end(log)[0]


def scan_to_end(log: BinaryIO) -> tuple[Seen, Ending]:
    """Do what `scan` does, and return the end of *log* too."""
    search, ending = _Search(), Ending()
    for text, number in blocks(log):
        search.read(text, number)
        ending = _end(ending, text, number)
    return {name: tuple(places) for name, places in search.seen.items()}, ending


def _end(before: Ending, text: bytes, number: int) -> Ending:
    if len(text) >= LAST:
        before = Ending(b"", number)
    text = before.text + text
    start = max(0, len(text) - LAST)
    return Ending(text[start:], before.line + text.count(b"\n", 0, start))


class _Search:
    """One pass over a log. A name with `ENOUGH` matches is removed from the automaton."""

    def __init__(self) -> None:
        self.seen: dict[Name, list[Place]] = {}
        self._met: Counter[Name] = Counter()
        self._start_over()

    def read(self, text: bytes, number: int) -> None:
        at = counted = 0
        while match := self._automaton.search(text, at):
            start, end = _line(text, *match.span())
            number += text.count(b"\n", counted, start)
            counted = start
            self._match_line(number, text[start:end])
            at = max(end, match.span()[1])

    def _match_line(self, number: int, line: bytes) -> None:
        for index in _which().Match(line) or ():
            term = search_terms()[index]
            at = term.find(line)
            if at is not None and not (term.speaks_for_a_cause and _is_quoted(line)):
                self._note(term.name, Place(number, line if at < LEAD else line[at - LEAD :]))

    def _note(self, name: Name, place: Place) -> None:
        self._met[name] += 1
        if self._met[name] <= KEPT:
            self.seen.setdefault(name, []).append(place)
        elif self._met[name] == ENOUGH:
            self._start_over()

    def _start_over(self) -> None:
        left = (term.trigger for term in search_terms() if self._met[term.name] < ENOUGH)
        self._automaton = automaton.compile_any(left)


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the line around a match, at most `SPAN` to each side. A carriage return ends it."""
    low, high = max(0, start - SPAN), min(len(text), end + SPAN)
    first = max(text.rfind(b"\n", low, start), text.rfind(b"\r", low, start)) + 1
    ends = (text.find(b"\n", end, high), text.find(b"\r", end, high))
    return first or low, min((place for place in ends if place >= 0), default=high)


def _is_quoted(line: bytes) -> bool:
    """Return whether *line* is no program's complaint: a test that passed, an instruction that is about to run."""
    return any(automaton.compile_pattern(pattern).search(line) for pattern in _quoted())


@cache
def _quoted() -> tuple[str, ...]:
    return tuple(outcome.look.pattern for outcome in outcomes().values() if outcome.kind == QUOTED)


@cache
def search_terms() -> tuple[SearchTerm, ...]:
    """Return all terms to search for."""
    return tuple(_all_terms())


def _all_terms() -> Iterator[SearchTerm]:
    for cause in knowledge.causes().values():
        for signature in cause.signatures:
            yield SearchTerm(f"{cause.id}/{signature.name}", signature.look)
    for clue in knowledge.clues().values():
        yield SearchTerm(clue.name, clue.look, clue.at_least)
    for message in knowledge.harmless().values():
        yield SearchTerm(f"noise:{message.name}", message.look)


@cache
def _which() -> automaton.PatternSet:
    return automaton.compile_set(term.trigger for term in search_terms())
