"""Decide whether a log ends in success: what is later than the evidence, and of the same process, outranks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tf_docker_check.diagnose import automaton
from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.scan import Ending, Place, Seen, causes_in
from tf_docker_check.diagnose.weigh import WEAK, Suspect
from tf_docker_check.resources.outcomes import FAILED, GPU_CAUSES, PASSED, TEST, Outcome, outcomes

BEFORE = 6  # lines before a line that its `after` may stand in

_SOURCE = re.compile(
    rb"\s*(?:(?P<service>[\w.-]+)\s+\| |\[(?P<rank>\d+,\d+)\]<\w+>:|(?P<step>#\d+) [\d.]+ |\[(?P<pod>pod/\S+)\] )?"
)


@dataclass(frozen=True)
class Success:
    """A line that reports success."""

    outcome: Outcome
    place: Place

    def follows(self, suspect: Suspect) -> bool:
        """Return whether all evidence of *suspect* is earlier."""
        return all(place.line < self.place.line for place in suspect.places)

    def outranks(self, suspect: Suspect, context: Context, *, gpu_asked_for: bool) -> bool:
        """Return whether this success speaks against *suspect*, whose evidence is earlier."""
        cause = suspect.cause.id
        if cause in GPU_CAUSES and (
            gpu_asked_for or (context.gpu == "expected" and not self.outcome.without_gpu)
        ):
            return False
        if self.outcome.outranks and cause not in self.outcome.outranks:
            return False
        source = _split(self.place.text)[0]
        sources = {_split(place.text)[0] for place in suspect.places}
        return self.outcome.whole or not source or sources == {source}


def drop_outranked(
    suspected: Sequence[Suspect], seen: Seen, ending: Ending, context: Context, *, gpu_asked_for: bool
) -> tuple[Suspect, ...]:
    """Return *suspected* without those that a success outranks: at the end of the log, or before another failure.

    *gpu_asked_for*: it is the caller who expects a GPU, not only the log that speaks of one.
    """
    last = tuple(_later_than(suspected, ending)) if suspected else ()
    earlier = tuple(_before_another(suspected, seen))
    return tuple(
        one
        for one in suspected
        if not any(success.outranks(one, context, gpu_asked_for=gpu_asked_for) for success in last)
        and not any(
            success.follows(one) and success.outranks(one, context, gpu_asked_for=gpu_asked_for)
            for success in earlier
        )
    )


def _before_another(suspected: Sequence[Suspect], seen: Seen) -> Iterator[Success]:
    """Yield the successes that are followed by more than weak evidence of a failure."""
    likely = (place.line for suspect in suspected if suspect.weight > WEAK for place in suspect.places)
    last = max(likely, default=0)
    for outcome in outcomes().values():
        before = {place.line for place in seen.get(f"before:{outcome.name}", ())}
        for place in seen.get(f"passed:{outcome.name}", ()):
            applies = not outcome.after or before & set(range(place.line - BEFORE, place.line))
            if applies and place.line < last:
                yield Success(outcome, place)


def _later_than(suspected: Sequence[Suspect], ending: Ending) -> Iterator[Success]:
    """Yield the successes after which the log has neither evidence nor another failure."""
    causes = {suspect.cause.id for suspect in suspected}
    lines = ending.places()
    for number in range(len(lines) - 1, -1, -1):
        kinds = {outcome.kind: outcome for outcome in _read(lines, number)}
        if TEST in kinds:
            continue
        if FAILED in kinds or not causes.isdisjoint(causes_in(lines[number].text)):
            return
        if PASSED in kinds:
            yield Success(kinds[PASSED], lines[number])


def _read(lines: Sequence[Place], number: int) -> Iterator[Outcome]:
    text = _split(lines[number].text)[1]
    for outcome in _terms():
        match = _find(outcome.look.pattern, text)
        if not match or (outcome.look.but_not and _find(outcome.look.but_not, text)):
            continue
        before = (_split(place.text)[1] for place in lines[max(0, number - BEFORE) : number])
        if not outcome.after or any(map(_equal, _matches(outcome.after, before))):
            yield outcome


def _matches(pattern: str, texts: Iterable[bytes]) -> Iterator[automaton.Match]:
    return (match for match in (_find(pattern, text) for text in texts) if match)


def _find(pattern: str, text: bytes) -> automaton.Match | None:
    match = automaton.compile_pattern(pattern).search(text)
    return match if match and _equal(match) else None


def _equal(match: automaton.Match) -> bool:
    return len(set(match.groups())) <= 1


def _split(line: bytes) -> tuple[bytes, bytes]:
    """Return which process or build step printed *line*, and what it printed."""
    match = _SOURCE.match(line)
    source = next(filter(None, match.groups()), b"") if match else b""
    return source, line[match.end() :] if match and source else line


@cache
def _terms() -> tuple[Outcome, ...]:
    return tuple(outcome for outcome in outcomes().values() if outcome.kind in (PASSED, FAILED, TEST))
