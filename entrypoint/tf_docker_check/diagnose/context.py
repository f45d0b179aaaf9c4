"""Decide whether a match counts, by the stage, the GPU policy, and the other matches."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.scan import Place, Seen
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import When

_BUILD_STEP = re.compile(rb"\s*#\d+ \d+\.\d+ ")  # a RUN step's output, as BuildKit prints it
_EXPECTED, _UNKNOWN = "expected", "unknown"


@dataclass(frozen=True)
class Context:
    """The context of a line. `stage` is empty and `gpu` is ``unknown`` where not known.

    `marks` are lines that show a stage, in their order, where the caller did not name one.
    """

    stage: str
    gpu: str
    names: frozenset[str]  # what else stands in the text, as `When` speaks of it
    marks: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, stage: str | None, gpu: str, seen: Set[str]) -> Context:
        """Build the context of a text with the matches *seen*."""
        names = frozenset(seen) | {name.partition("/")[0] for name in seen}
        return cls(stage or "", _expectation(stage, gpu, names), names)

    @classmethod
    def infer(cls, stage: str | None, gpu: str, seen: Seen) -> Context:
        """Build the context of a log: what the caller did not say is inferred from its lines."""
        context = cls.of(stage, gpu, seen.keys())
        return context if stage else replace(context, marks=tuple(sorted(_marks(seen))))

    def at(self, place: Place) -> Context:
        """Return the context of one line: output of a build step belongs to the build."""
        if _BUILD_STEP.match(place.text):
            return replace(self, stage="build")
        return replace(self, stage=_stage_at(place.line, self.marks)) if self.marks else self

    def allows(self, when: When) -> bool:
        """Return whether every condition of *when* holds."""
        return (
            (not when.stage or self.stage in when.stage)
            and self.stage not in when.not_stage
            and (not when.gpu or self.gpu in when.gpu)
            and (not when.any or not self.names.isdisjoint(when.any))
            and self.names.issuperset(when.all)
            and self.names.isdisjoint(when.none)
        )

    def expecting_gpu(self) -> Context:
        """Return the context if a GPU was expected."""
        return replace(self, gpu=_EXPECTED)

    @property
    def inferred(self) -> Mapping[str, str]:
        """What the log shows of where it comes from: ``{"runtime": "Kubernetes", "gpu": "expected"}``."""
        known = {"gpu": self.gpu} if self.gpu != _UNKNOWN else {}
        stages = dict.fromkeys(stage for _, stage in self.marks)
        if stages:
            known["stage"] = ", ".join(stages)
        for kind in ("runtime", "product"):
            values = dict.fromkeys(_inferences(self.names, kind))
            if values:
                known[kind] = ", ".join(values)
        return known


def _marks(seen: Seen) -> Iterable[tuple[int, str]]:
    for clue in knowledge.clues().values():
        stage = clue.infers.get("stage")
        if stage:
            yield from ((place.line, stage) for place in seen.get(clue.name, ()))


def _stage_at(line: int, marks: Sequence[tuple[int, str]]) -> str:
    """Return the stage of a line: that of the last mark up to it, else of the first one after it.

    What is no build is distributed wherever the log shows several workers.
    """
    place = bisect_right(marks, (line, "\uffff"))
    stage = marks[max(0, place - 1)][1]
    several = stage != "build" and any(one == "distributed" for _, one in marks)
    return "distributed" if several else stage


def _inferences(names: Set[str], kind: str) -> Iterable[str]:
    clues = knowledge.clues().values()
    return (clue.infers[kind] for clue in clues if kind in clue.infers and clue.name in names)


def _expectation(stage: str | None, gpu: str, names: Set[str]) -> str:
    """Expect a GPU in the stage `init`, or where the text shows that one is wanted and not hidden."""
    if gpu != _UNKNOWN:
        return gpu
    inferred = set(_inferences(names, "gpu"))
    if "none" in inferred:
        return "none"
    return _EXPECTED if stage == "init" or _EXPECTED in inferred else gpu
