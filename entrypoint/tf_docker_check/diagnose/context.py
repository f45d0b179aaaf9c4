"""Whether what was found counts, given the stage, what was promised of a GPU, and the rest of the text."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.scan import Place
from tf_docker_check.resources.knowledge import When

_BUILD_STEP = re.compile(rb"\s*#\d+ \d+\.\d+ ")  # a RUN step's output, as BuildKit prints it


@dataclass(frozen=True)
class Context:
    """What is known beside the line. `stage` is empty and `gpu` is ``unknown`` where nobody said."""

    stage: str
    gpu: str
    names: frozenset[str]  # what else stands in the text, as `When` speaks of it

    @classmethod
    def of(cls, stage: str | None, gpu: str, seen: Set[str]) -> Context:
        """The context of a text in which *seen* was found."""
        names = frozenset(seen) | {name.partition("/")[0] for name in seen}
        return cls(stage or "", _expectation(stage, gpu, names), names)

    def at(self, place: Place) -> Context:
        """The context of one line: what a build step prints happened in the build."""
        return replace(self, stage="build") if _BUILD_STEP.match(place.text) else self

    def allows(self, when: When) -> bool:
        """Whether every condition of *when* holds."""
        return (
            (not when.stage or self.stage in when.stage)
            and self.stage not in when.not_stage
            and (not when.gpu or self.gpu in when.gpu)
            and (not when.any or not self.names.isdisjoint(when.any))
            and self.names.issuperset(when.all)
            and self.names.isdisjoint(when.none)
        )


def _expectation(stage: str | None, gpu: str, names: Set[str]) -> str:
    """Who asks about the initialisation of devices, or starts a container with one, expects a GPU."""
    if gpu == "unknown" and (stage == "init" or "gpu-wanted" in names):
        return "expected"
    return gpu
