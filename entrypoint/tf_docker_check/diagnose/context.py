"""Decide whether a match counts, by the stage, the GPU policy, and the other matches."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.scan import Place
from tf_docker_check.resources.knowledge import When

_BUILD_STEP = re.compile(rb"\s*#\d+ \d+\.\d+ ")  # a RUN step's output, as BuildKit prints it


@dataclass(frozen=True)
class Context:
    """The context of a line. `stage` is empty and `gpu` is ``unknown`` where not known."""

    stage: str
    gpu: str
    names: frozenset[str]  # what else stands in the text, as `When` speaks of it

    @classmethod
    def of(cls, stage: str | None, gpu: str, seen: Set[str]) -> Context:
        """Build the context of a text with the matches *seen*."""
        names = frozenset(seen) | {name.partition("/")[0] for name in seen}
        return cls(stage or "", _expectation(stage, gpu, names), names)

    def at(self, place: Place) -> Context:
        """Return the context of one line: output of a build step belongs to the build."""
        return replace(self, stage="build") if _BUILD_STEP.match(place.text) else self

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


def _expectation(stage: str | None, gpu: str, names: Set[str]) -> str:
    """Expect a GPU in the stage `init`, or where the text starts a container with one."""
    if gpu == "unknown" and (stage == "init" or "gpu-wanted" in names):
        return "expected"
    return gpu
