"""Turn matches in a text into findings, the headline first, and into noise."""

from __future__ import annotations

from collections.abc import Iterable
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


def make_findings(suspected: Iterable[Suspect], context: Context) -> tuple[Finding, ...]:
    """Return the findings to report."""
    return tuple(
        Finding(
            cause=suspect.cause.id,
            title=suspect.cause.title,
            confidence=Confidence.CONFIRMED if suspect.confirmed else Confidence.LIKELY,
            evidence=_evidence(suspect),
            remedy=suspect.remedy or choose_remedy(suspect.cause, context),
        )
        for suspect in suspected
    )


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


def choose_remedy(cause: Cause, context: Context) -> str:
    """Return the remedy of *cause* here: its first one whose conditions hold."""
    fitting = (one.text for one in cause.remedies if context.allows(one.when))
    return next(fitting, cause.remedies[-1].text)


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
