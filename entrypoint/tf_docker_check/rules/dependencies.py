"""Whether TensorFlow gets along with the versions of what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.requirements.requirement import Target, parse_requirement
from tf_docker_check.resources.rows import source_of
from tf_docker_check.resources.tensorflow import Break, Release, breaks
from tf_docker_check.rules.subject import Subject

_ANY = SpecifierSet()
_EFFECTS = {"blocks": Verdict.FAILS, "degrades": Verdict.DEGRADED}


def judge_requests(subject: Subject) -> Iterator[Judgement]:
    """Yield the first request that no version satisfies together with TensorFlow's own."""
    for name, wanted in subject.requests.items() if subject.release else ():
        for judgement in judge_request(subject, name, wanted):
            yield judgement
            return


def judge_request(subject: Subject, name: str, wanted: SpecifierSet) -> Iterator[Judgement]:
    """Yield that pip cannot satisfy *wanted* beside TensorFlow. It looks at one command at a time."""
    release = subject.release
    admitted = needs(release, subject.target).get(name) if release else None
    if release is None or admitted is None or possible(wanted, admitted):
        return
    depends = f"; {subject.written} installs them apart, or it does not build" if subject.written else ""
    yield Judgement(
        "conflict",
        Verdict.UNKNOWN if subject.written else Verdict.FAILS,
        f"{name}{wanted} is asked for, and TensorFlow {release.version} admits {name}{admitted}: in one command "
        f"pip refuses both{depends}",
        "dependency-conflict",
        f"ask for {name} within {admitted}, or for another TensorFlow",
        (source_of(f"tensorflow {release.version}", release),),
    )


def judge_installed(subject: Subject) -> Iterator[Judgement]:
    """Yield versions of dependencies that this TensorFlow does not get along with."""
    for known in breaks() if subject.release else ():
        if subject.release and known.hits(subject.release.version, subject.installed):
            yield judge_break(subject, subject.release, known, subject.installed[known.package])


def judge_break(
    subject: Subject, release: Release, known: Break, version: str, chooses: str = ""
) -> Judgement:
    """Say that *version* of a package breaks *release*. *chooses*: the words before it."""
    verdict, depends = _EFFECTS[known.effect], ""
    if subject.written and verdict is Verdict.FAILS:
        verdict, depends = Verdict.UNKNOWN, f", unless {subject.written} chooses another"
    return Judgement(
        "neighbours",
        verdict,
        f"{chooses or subject.chooses} {known.package} {version}{depends}, and TensorFlow {release.version} does "
        f"not get along with it: {known.says}",
        known.cause,
        known.remedy,
        (source_of(f"break {known.id}", known), source_of(f"tensorflow {release.version}", release)),
    )


def release_beside(
    find: Callable[[SpecifierSet], Release | None],
    wanted: SpecifierSet,
    target: Target,
    others: Mapping[str, SpecifierSet],
) -> Release | None:
    """The release that pip comes to for *wanted* beside *others*: it goes back to one that admits them all.

    The newest where none does. *find*: the newest release that a specifier admits.
    """
    newest = release = find(wanted)
    while release and not all(
        possible(others.get(name, _ANY), own) for name, own in needs(release, target).items()
    ):
        release = find(wanted & SpecifierSet(f"<{release.version}"))
    return release or newest


@lru_cache(maxsize=1024)
def needs(release: Release, target: Target) -> Mapping[str, SpecifierSet]:
    """What *release* admits of what it depends on, by distribution."""
    parsed = filter(None, map(parse_requirement, release.requires))
    return {one.name: one.specifier for one in parsed if one.specifier is not None and one.applies_to(target)}


@cache
def possible(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Whether some version satisfies both: if any does, one of their bounds or its neighbour above does."""
    both = one & other
    bounds = [version for clause in both if (version := _parsed(clause.version.removesuffix(".*")))]
    above = [Version(f"{bound.base_version}.0.1") for bound in bounds]
    return any(both.contains(version, prereleases=True) for version in (Version("0"), *bounds, *above))


def surely_breaks(known: Break, release: Release, wanted: SpecifierSet) -> bool:
    """Whether every version of *wanted* breaks *release*."""
    hit = known.hits(release.version, {known.package: known.at})
    return hit and not possible(wanted, SpecifierSet(known.harmless))


def _parsed(text: str) -> Version | None:
    """*text* as a version; ``===`` compares with what may be none."""
    try:
        return parse_version(text)
    except InvalidVersion:
        return None
