"""Whether what a strategy asks of TensorFlow's dependencies is what this TensorFlow admits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.subject import Subject, parsed_requirement
from tf_docker_check.resources.rows import ground


def conflict(subject: Subject) -> Iterator[Judgement]:
    """Pins that no version satisfies together with TensorFlow's own. They bind within one pip command."""
    release = subject.release
    if release is None or not subject.asked:
        return
    about = (line for line in release.requires if line.startswith(tuple(subject.asked)))
    for name, admitted in filter(None, map(parsed_requirement, about)):
        asked = subject.asked.get(name)
        if asked is None or possible(asked, admitted):
            continue
        depends = f"; {subject.written} installs them apart, or it does not build" if subject.written else ""
        yield Judgement(
            "conflict",
            Verdict.UNKNOWN if subject.written else Verdict.FAILS,
            f"{name}{asked} is asked for, and TensorFlow {release.version} admits {name}{admitted}: in one "
            f"command pip refuses both{depends}",
            "dependency-conflict",
            f"ask for {name} within {admitted}, or for another TensorFlow",
            (ground(f"tensorflow {release.version}", release),),
        )
        return


@cache
def possible(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Whether some version satisfies both: if any does, one of their bounds or its neighbour above does."""
    both = one & other
    bounds = [Version(each.version.removesuffix(".*")) for each in both]
    above = [Version(f"{bound.base_version}.0.1") for bound in bounds]
    return any(both.contains(each, prereleases=True) for each in (Version("0"), *bounds, *above))
