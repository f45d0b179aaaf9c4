"""Turn matches in a text into findings, the headline first, and into noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tf_docker_check.diagnose import automaton
from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.scan import Place, Seen
from tf_docker_check.diagnose.stream import shown
from tf_docker_check.model.finding import Confidence, Evidence, Finding, Noise
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import Cause, Remedy

EVIDENCE = 3  # lines shown for one cause
SURE, WEAK = 7, 3
"""The weights from which on a message confirms its cause, and up to which it only makes it possible."""

_SAFE = re.compile(rb"[\w.,:;+~=@%/ <>!-]{1,80}")  # what a remedy may quote from a log


@dataclass(frozen=True)
class Suspect:
    """A possible cause, the matching lines, and the facts as text. Facts may confirm it."""

    cause: Cause
    weight: float
    places: tuple[Place, ...]
    facts: tuple[str, ...] = ()
    confirmed: bool = False
    remedy: str = ""  # from a fact

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Sort key: confirmed before likely, then higher weight, then earlier line."""
        return (not self.confirmed, -self.weight, min((place.line for place in self.places), default=0))


def find_suspects(seen: Seen, context: Context) -> tuple[Suspect, ...]:
    """Return the causes that *seen* supports, in the order of `order_suspects`."""
    candidates = (_suspect(cause, seen, context) for cause in knowledge.causes().values())
    return order_suspects(suspect for suspect in candidates if suspect)


def order_suspects(suspected: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """Sort by rank, but a cause before its consequences; text does not override what facts confirm."""
    left, ordered = sorted(suspected, key=lambda suspect: suspect.rank), []
    while left:
        free = next(suspect for suspect in left if not any(_explains(other, suspect) for other in left))
        left.remove(free)
        ordered.append(free)
    return tuple(ordered)


def _explains(one: Suspect, other: Suspect) -> bool:
    known = knowledge.consequences(knowledge.causes(), one.cause.id)
    return other.cause.id in known and (one.confirmed or not other.confirmed)


def make_findings(suspected: Iterable[Suspect], seen: Seen, context: Context) -> tuple[Finding, ...]:
    """Return the findings to report."""
    return tuple(
        Finding(
            cause=suspect.cause.id,
            title=suspect.cause.title,
            confidence=_confidence(suspect),
            evidence=_evidence(suspect),
            remedy=suspect.remedy or choose_remedy(suspect, seen, context),
        )
        for suspect in suspected
    )


def _confidence(suspect: Suspect) -> Confidence:
    if suspect.confirmed or suspect.weight >= SURE:
        return Confidence.CONFIRMED
    return Confidence.LIKELY if suspect.facts or suspect.weight > WEAK else Confidence.POSSIBLE


def _evidence(suspect: Suspect) -> tuple[Evidence, ...]:
    read = (Evidence(shown(place.text), place.line) for place in suspect.places[:EVIDENCE])
    return (*(Evidence(fact) for fact in suspect.facts[:EVIDENCE]), *read)


def find_noise(seen: Seen, context: Context, used: Iterable[Suspect]) -> tuple[Noise, ...]:
    """Return the harmless lines without those that support a cause."""
    taken = {place.line for suspect in used for place in suspect.places}
    lines = [
        Noise(message.name, place.line, message.why)
        for message in knowledge.harmless().values()
        for place in seen.get(f"noise:{message.name}", ())
        if place.line not in taken and context.at(place).allows(message.when)
    ]
    return tuple(sorted(lines, key=lambda one: (one.line, one.name)))


def choose_remedy(suspect: Suspect, seen: Seen, context: Context) -> str:
    """Return what to do here: the first remedy whose conditions hold, with the values that it reads from the log."""
    if suspect.places:
        context = context.at(suspect.places[0])
    for remedy in suspect.cause.remedies:
        values = _values(remedy, suspect, seen) if context.allows(remedy.when) else None
        if values is not None:
            return remedy.text.format(**values) if remedy.reads else remedy.text
    return suspect.cause.remedies[-1].text


def _values(remedy: Remedy, suspect: Suspect, seen: Seen) -> Mapping[str, str] | None:
    """Return the values that *remedy* quotes, from the cause's lines or those it names; None if one is missing."""
    values = {}
    texts = [*(place.text for place in suspect.places), *_named(remedy, seen)]
    for name, pattern in remedy.reads.items():
        search = automaton.compile_pattern(pattern).search
        groups = (match.groups() for match in map(search, texts) if match)
        value = next((group for captured in groups for group in captured if group), b"")
        if not _SAFE.fullmatch(value):
            return None
        values[name] = value.decode().strip()
    return values


def _named(remedy: Remedy, seen: Seen) -> Iterator[bytes]:
    """Yield the lines of the clues and signatures that the condition of *remedy* names."""
    for name in (*remedy.when.any, *remedy.when.all):
        yield from (place.text for place in seen.get(name, ()))


def _suspect(cause: Cause, seen: Seen, context: Context) -> Suspect | None:
    weighed: dict[int, tuple[float, Place]] = {}
    for signature in sorted(cause.signatures, key=lambda one: one.weight):
        for place in seen.get(f"{cause.id}/{signature.name}", ()):
            if context.at(place).allows(signature.when):
                weighed[place.line] = (signature.weight, place)
    if not weighed:
        return None
    heaviest_first = sorted(weighed.values(), key=lambda one: (-one[0], one[1].line))
    return Suspect(cause, heaviest_first[0][0], tuple(place for _, place in heaviest_first))
