"""From what was seen in a text to findings, the headline first, and to what is only noise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.scan import Place, Seen
from tf_docker_check.diagnose.stream import shown
from tf_docker_check.model.finding import Confidence, Evidence, Finding, Noise
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import Cause

EVIDENCE = 3  # lines shown for one cause


@dataclass(frozen=True)
class Suspect:
    """A cause and the lines that speak for it."""

    cause: Cause
    weight: float
    places: tuple[Place, ...]

    @property
    def first(self) -> int:
        return min(place.line for place in self.places)


def suspects(seen: Seen, context: Context) -> tuple[Suspect, ...]:
    """The causes that *seen* speaks for: heaviest and earliest first, consequences after their cause."""
    found = [suspect for cause in knowledge.causes().values() if (suspect := _suspect(cause, seen, context))]
    found.sort(key=lambda suspect: (-suspect.weight, suspect.first))
    return tuple(_causes_first(found))


def findings(suspected: Iterable[Suspect], context: Context) -> tuple[Finding, ...]:
    """What to tell of them."""
    return tuple(
        Finding(
            cause=suspect.cause.id,
            title=suspect.cause.title,
            confidence=Confidence.LIKELY,
            evidence=tuple(Evidence(shown(place.text), place.line) for place in suspect.places[:EVIDENCE]),
            remedy=remedy(suspect.cause, context),
        )
        for suspect in suspected
    )


def noise(seen: Seen, context: Context, used: Iterable[Suspect]) -> tuple[Noise, ...]:
    """The harmless lines, those left out that speak for a cause here."""
    taken = {place.line for suspect in used for place in suspect.places}
    found = [
        Noise(message.name, place.line, message.why)
        for message in knowledge.harmless().values()
        for place in seen.get(f"noise:{message.name}", ())
        if place.line not in taken and context.at(place).allows(message.when)
    ]
    return tuple(sorted(found, key=lambda one: (one.line, one.name)))


def remedy(cause: Cause, context: Context) -> str:
    """What to do about *cause* here: its first remedy whose conditions hold."""
    fitting = (one.text for one in cause.remedies if context.allows(one.when))
    return next(fitting, cause.remedies[-1].text)


def _suspect(cause: Cause, seen: Seen, context: Context) -> Suspect | None:
    weighed = {
        place: signature.weight
        for signature in sorted(cause.signatures, key=lambda one: one.weight)
        for place in seen.get(f"{cause.id}/{signature.name}", ())
        if context.at(place).allows(signature.when)
    }
    if not weighed:
        return None
    heaviest_first = sorted(weighed, key=lambda place: (-weighed[place], place.line))
    return Suspect(cause, max(weighed.values()), tuple(heaviest_first))


def _causes_first(found: list[Suspect]) -> Iterator[Suspect]:
    left = list(found)
    while left:
        explained = {
            name for suspect in left for name in knowledge.consequences(knowledge.causes(), suspect.cause.id)
        }
        free = next(suspect for suspect in left if suspect.cause.id not in explained)
        left.remove(free)
        yield free
