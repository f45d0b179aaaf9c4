"""Whether packages that go with TensorFlow were made for the release they are installed with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packaging.specifiers import SpecifierSet

from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.resources.packages import Companion, companions
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.tensorflow import Break, Release, breaks
from tf_docker_check.rules.dependencies import possible, surely_breaks
from tf_docker_check.rules.subject import Subject


def judge_companions(subject: Subject) -> Iterator[Judgement]:
    """Yield what speaks against the companions among the requests."""
    for name, wanted in subject.requests.items() if subject.release else ():
        yield from judge_companion(subject, name, wanted, together=not subject.written)


def judge_companion(
    subject: Subject, name: str, wanted: SpecifierSet, *, together: bool
) -> Iterator[Judgement]:
    """Yield what speaks against *name* in the versions *wanted*. *together*: in one command with TensorFlow."""
    release, rows = subject.release, admitted(name, wanted)
    if release is None or not rows:
        return
    if broken := _break(release, name, wanted):
        yield _breaks(release, name, broken)
    elif not any(_suits(row, release) for row in rows):
        last = rows[-1]
        judge = _refused if last.by == "declared" and together else _made_for_another
        yield judge(release, name, wanted, last)


def admitted(name: str, wanted: SpecifierSet) -> Sequence[Companion]:
    """The rows of the versions that *wanted* admits; none where one of them is newer than the catalog."""
    rows = companions().get(name, ())
    fitting = [row for row in rows if possible(wanted, SpecifierSet(f">={row.first},<={row.last}"))]
    pinned = [clause.version for clause in wanted if clause.operator in ("==", "===")]
    newer = any(version(number.removesuffix(".*")) > version(rows[-1].last) for number in pinned if rows)
    return () if newer else fitting


def fitting_companion(name: str, release: Release) -> str:
    """The newest version in the catalog that was made for *release*; empty where none is known."""
    rows = [row for row in companions().get(name, ()) if row.by != "none" and _suits(row, release)]
    return rows[-1].last if rows else ""


def _suits(row: Companion, release: Release) -> bool:
    return row.by == "none" or row.specifier.contains(release.parsed, prereleases=True)


def _break(release: Release, name: str, wanted: SpecifierSet) -> Break | None:
    rows = (row for row in breaks() if row.package == name)
    return next((row for row in rows if surely_breaks(row, release, wanted)), None)


def _breaks(release: Release, name: str, known: Break) -> Judgement:
    return Judgement(
        "companions",
        Verdict.DEGRADED,
        f"{name} does not get along with TensorFlow {release.version}: {known.says}",
        known.cause,
        known.remedy,
        (source_of(f"break {known.id}", known),),
    )


def _refused(release: Release, name: str, wanted: SpecifierSet, row: Companion) -> Judgement:
    return Judgement(
        "companions",
        Verdict.FAILS,
        f"{name}{wanted} asks for tensorflow{row.tensorflow}, and TensorFlow {release.version} is asked for: pip "
        "refuses both in one command, and a later one replaces TensorFlow",
        "dependency-conflict",
        _remedy(release, name),
        _sources(release, row),
    )


def _made_for_another(release: Release, name: str, wanted: SpecifierSet, row: Companion) -> Judgement:
    effect = (
        "pip replaces the TensorFlow that is there"
        if row.by == "declared"
        else "its libraries may not load, and pip does not say so"
    )
    return Judgement(
        "companions",
        Verdict.UNKNOWN,
        f"{name}{wanted or ' ' + row.last} was made for tensorflow{row.tensorflow}, and here it is "
        f"{release.version}: {effect}",
        "tf-overwritten" if row.by == "declared" else "custom-op-abi",
        _remedy(release, name),
        _sources(release, row),
    )


def _remedy(release: Release, name: str) -> str:
    good = fitting_companion(name, release)
    return (
        f"ask for {name}=={good}"
        if good
        else f"leave out {name}, or take the TensorFlow that it was made for"
    )


def _sources(release: Release, row: Companion) -> tuple[Source, ...]:
    named = f"{row.package} {row.first} to {row.last}"
    return (source_of(named, row), source_of(f"tensorflow {release.version}", release))
