"""Whether what a strategy asks of TensorFlow's dependencies is what this TensorFlow admits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.rows import source_of
from tf_docker_check.rules.subject import Subject


def conflict(subject: Subject) -> Iterator[Judgement]:
    """Pins that no version satisfies together with TensorFlow's own. They bind within one pip command."""
    release = subject.release
    if release is None or not subject.asked:
        return
    for needed in filter(None, map(parse_requirement, release.requires)):
        name, asked, admitted = needed.name, subject.asked.get(needed.name), needed.specifier
        if asked is None or admitted is None or possible(asked, admitted):
            continue
        depends = f"; {subject.written} installs them apart, or it does not build" if subject.written else ""
        yield Judgement(
            "conflict",
            Verdict.UNKNOWN if subject.written else Verdict.FAILS,
            f"{name}{asked} is asked for, and TensorFlow {release.version} admits {name}{admitted}: in one "
            f"command pip refuses both{depends}",
            "dependency-conflict",
            f"ask for {name} within {admitted}, or for another TensorFlow",
            (source_of(f"tensorflow {release.version}", release),),
        )
        return


@cache
def possible(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Whether some version satisfies both: if any does, one of their bounds or its neighbour above does."""
    both = one & other
    bounds = [version for clause in both if (version := _parsed(clause.version.removesuffix(".*")))]
    above = [Version(f"{bound.base_version}.0.1") for bound in bounds]
    return any(both.contains(version, prereleases=True) for version in (Version("0"), *bounds, *above))


def _parsed(text: str) -> Version | None:
    """*text* as a version; ``===`` compares with what may be none."""
    try:
        return parse_version(text)
    except InvalidVersion:
        return None
