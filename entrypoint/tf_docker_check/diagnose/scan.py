"""Search a log for signatures, clues and harmless messages, in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import BinaryIO

from tf_docker_check.diagnose import automaton
from tf_docker_check.diagnose.stream import blocks
from tf_docker_check.diagnose.trigger import trigger
from tf_docker_check.diagnose.wrapping import unwrap
from tf_docker_check.model.number import numbers
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import END, Pattern
from tf_docker_check.resources.outcomes import PASSED, QUOTED, TEST, outcomes

KEPT = 50  # matches kept of one name
ENOUGH = 200  # matches after which a name is no longer searched for
LEAD = 250  # bytes kept before a match
SPAN = 4096  # bytes of a line on either side of a match that are read
TOGETHER = 80  # terms in one set
COPIED = 1024 * 1024  # bytes that people copy from a terminal or mail at most
LAST = 64 * 1024  # bytes at the end of a log that are kept
LAST_LINES = 6  # lines with text that are the end of a log

Name = str
"""``cause/signature``, the name of a clue, ``noise:NAME``, or ``passed:NAME`` and ``before:NAME`` of an outcome;
with ``end:`` before it for the last lines."""


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
    def trigger(self) -> tuple[str, ...]:
        return trigger(self.look.pattern)

    @property
    def speaks_for_a_cause(self) -> bool:
        return "/" in self.name

    def find(self, line: bytes) -> int | None:
        """Return the match's position in *line*, or None."""
        match = automaton.compile_pattern(self.look.pattern).search(line)
        if not match or (self.look.but_not and automaton.compile_pattern(self.look.but_not).search(line)):
            return None
        return match.span()[0] if self._compare(match) else None

    def _compare(self, match: automaton.Match) -> bool:
        """Return whether the numbers or versions captured by *match* compare as required."""
        if not self.at_least and not self.look.newer:
            return True
        one, other = (numbers(text.decode("latin-1")) for text in match.groups()[:2] if text)
        if self.look.newer:
            return one != other and (one > other) is (self.look.newer == 1)
        return one[0] >= other[0] * self.at_least


def scan(log: BinaryIO, *, copied: bool = True) -> Seen:
    """Do what `scan_to_end` does, without the end."""
    return scan_to_end(log, copied=copied)[0]


def scan_to_end(log: BinaryIO, *, copied: bool = True) -> tuple[Seen, Ending]:
    """Return the names matched in *log*, with their first places, and its end. Memory is bounded for any log.

    Where the lines of a *copied* log look wrapped, the whole ones are searched too, under the number
    of their first line. Raises NotText for a packed or binary file.
    """
    search, ending = _Search(), Ending()
    for text, number in blocks(log):
        search.read(text, number)
        for whole in unwrap(text) if copied and len(text) < COPIED else ():
            search.add_new(whole, number)
        ending = _end(ending, text, number)
    search.read_end(ending)
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
        self._known: frozenset[Name] = frozenset()  # that need not be noted again
        self._dismissed: set[Name] = set()  # that were found where they are no evidence
        self._start_over()

    def read(self, text: bytes, number: int) -> None:
        at = counted = 0
        while match := self._automaton.search(text, at):
            start, end = _line(text, *match.span())
            number += text.count(b"\n", counted, start)
            counted = start
            self._match_line(number, text[start:end])
            at = max(end, match.span()[1])

    def add_new(self, text: bytes, number: int) -> None:
        """Search *text* for names that were not met so far."""
        self._known = frozenset(self.seen) | self._dismissed
        self.read(text, number)
        self._known = frozenset()

    def read_end(self, ending: Ending) -> None:
        """Note what stands in the last lines with text."""
        lines = (place for place in reversed(ending.places()) if place.text.strip())
        for place in islice((place for place in lines if not _is(QUOTED, place.text)), LAST_LINES):
            for term in (*_likely(place.text), *end_terms()):
                if term.find(place.text) is not None:
                    self.seen.setdefault(f"{END}{term.name}", []).append(place)

    def _match_line(self, number: int, line: bytes) -> None:
        for term in _likely(line):
            at = term.find(line)
            if at is None or term.name in self._known:
                continue
            if _is(TEST, line) or (term.speaks_for_a_cause and _is(QUOTED, line)):
                self._dismissed.add(term.name)
            else:
                self._note(term.name, Place(number, line if at < LEAD else line[at - LEAD :]))

    def _note(self, name: Name, place: Place) -> None:
        self._met[name] += 1
        if self._met[name] <= KEPT:
            self.seen.setdefault(name, []).append(place)
        elif self._met[name] == ENOUGH:
            self._start_over()

    def _start_over(self) -> None:
        left = (term for term in search_terms() if self._met[term.name] < ENOUGH)
        self._automaton = automaton.compile_any(piece for term in left for piece in term.trigger)


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the line around a match, at most `SPAN` to each side.

    A carriage return ends it, and in a line of JSON an escaped line feed.
    """
    low, high = max(0, start - SPAN), min(len(text), end + SPAN)
    first = max(text.rfind(b"\n", low, start), text.rfind(b"\r", low, start)) + 1 or low
    last = _first_of((b"\n", b"\r"), text, end, high)
    if text[first : first + 1] == b"{":
        first = max(first, text.rfind(b"\\n", first, start) + 2 if b"\\n" in text[first:start] else 0)
        last = _first_of((b"\\n",), text, end, last)
    return first, last


def _first_of(signs: Sequence[bytes], text: bytes, start: int, end: int) -> int:
    """Return where the first of *signs* stands, *end* for none."""
    places = (text.find(sign, start, end) for sign in signs)
    return min((place for place in places if place >= 0), default=end)


def causes_in(line: bytes) -> frozenset[str]:
    """Return the causes that *line* speaks for."""
    matching = (term for term in _likely(line) if term.speaks_for_a_cause and term.find(line) is not None)
    return frozenset() if _is(QUOTED, line) else frozenset(term.name.partition("/")[0] for term in matching)


def _is(kind: str, line: bytes) -> bool:
    """Return whether *line* is of that kind of outcome: a test that passed, an instruction that is about to run."""
    return any(automaton.compile_pattern(pattern).search(line) for pattern in _patterns(kind))


@cache
def _patterns(kind: str) -> tuple[str, ...]:
    return tuple(outcome.look.pattern for outcome in outcomes().values() if outcome.kind == kind)


@cache
def search_terms() -> tuple[SearchTerm, ...]:
    """Return all terms to search for."""
    return tuple(_all_terms())


@cache
def end_terms() -> tuple[SearchTerm, ...]:
    """Return the terms that are searched for in the last lines only."""
    return tuple(SearchTerm(clue.name, clue.look) for clue in knowledge.clues().values() if clue.at_end)


def _all_terms() -> Iterator[SearchTerm]:
    for cause in knowledge.causes().values():
        for signature in cause.signatures:
            yield SearchTerm(f"{cause.id}/{signature.name}", signature.look)
    for clue in knowledge.clues().values():
        if not clue.at_end:
            yield SearchTerm(clue.name, clue.look, clue.at_least)
    for message in knowledge.harmless().values():
        yield SearchTerm(f"noise:{message.name}", message.look)
    for outcome in outcomes().values():
        if outcome.kind == PASSED and not outcome.at_end:
            yield SearchTerm(f"passed:{outcome.name}", outcome.look)
            if outcome.after:
                yield SearchTerm(f"before:{outcome.name}", Pattern(outcome.after))


def _likely(line: bytes) -> Iterator[SearchTerm]:
    """Yield the terms whose trigger is in *line*."""
    for first, patterns in _sets():
        yield from (search_terms()[first + index] for index in patterns.Match(line) or ())


@cache
def _sets() -> tuple[tuple[int, automaton.PatternSet], ...]:
    """Return the triggers in sets of `TOGETHER`, each with the index of its first: one set of all learns slowly."""
    triggers = ["|".join(term.trigger) for term in search_terms()]
    starts = range(0, len(triggers), TOGETHER)
    return tuple((start, automaton.compile_set(triggers[start : start + TOGETHER])) for start in starts)
