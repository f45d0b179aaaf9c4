"""Whether there is a wheel of TensorFlow that pip takes in this image.

Only what the catalog knows for certain counts: an unknown release or Python may be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.model.text import any_of
from tf_docker_check.requirements.requirement import Requirement
from tf_docker_check.resources.images import python_images
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import (
    Release,
    as_of,
    is_older,
    newest_final,
    newest_for,
    packages,
    releases,
)
from tf_docker_check.rules.extra import judge_extra
from tf_docker_check.rules.subject import Subject

RULE = "exists"


def judge_wheels(subject: Subject) -> Iterator[Judgement]:
    """Yield what keeps pip from installing TensorFlow, or from installing what was meant."""
    yield from judge_musl(subject)
    for install in subject.installs:
        for judge in (judge_name, judge_wheel, judge_glibc, judge_extra):
            yield from judge(subject, install)


def judge_musl(subject: Subject) -> Iterator[Judgement]:
    """Yield that TensorFlow has no wheel for musl, where that is the C library."""
    if subject.base.musl and subject.installs:
        reason = f"{subject.image} has musl for a C library, and no TensorFlow wheel is made for it"
        remedy = "take a Debian-based image, such as the -slim one of the same Python"
        yield Judgement("wheel", Verdict.FAILS, reason, "musl-base", remedy, (row_of(newest_final()),))


def judge_glibc(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield that the wheel of a pinned release needs a newer C library."""
    system, release = subject.distribution, subject.release_of(install) if install.pin else None
    wheel = release.wheels.get(subject.architecture) if release else None
    if not system or not system.glibc or not release or not wheel:
        return
    if version(system.glibc) < version(wheel.glibc):
        name = f"{system.id} {system.version}"
        yield Judgement(
            "wheel",
            Verdict.FAILS,
            f"the wheel of {install.name} {release.version} needs glibc {wheel.glibc}, and {subject.image} has "
            f"{system.glibc}",
            "glibc-too-old",
            "take a newer base image, or an older TensorFlow",
            (source_of(f"distribution {name}", system), row_of(release)),
        )


def judge_name(_: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield that the distribution *install* names has ended before the version it asks for."""
    row = packages().get(install.name)
    if row is None or not row.last or install.specifier is None:
        return
    ended = f"{row.name} ended with {row.last}"
    if install.pin and _number(install.pin) > version(row.last):
        reason = f"{ended}: {row.after}" if row.after else ended
    elif row.stub and not install.pin and install.allows(row.stub):
        reason = f"pip takes {row.name} {row.stub}, which does nothing but fail: {ended}"
    else:
        return
    remedy = row.instead or "install tensorflow, or an older version"
    sources = (source_of(f"package {row.name}", row),)
    yield Judgement(RULE, Verdict.FAILS, reason, "package-removed", remedy, sources)


def judge_wheel(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield why no wheel is what *install* asks for; nothing where its distribution has ended."""
    if not install.brings_release or install.specifier is None or any(judge_name(subject, install)):
        return
    release = subject.release_of(install)
    if install.pin and release:
        yield from _not_in_release(subject, install, release)
    elif install.pin and is_older(install.pin):
        yield from _older(subject, install)
    elif install.pin:
        yield from _never_released(_number(install.pin))
    elif release is None and subject.python in python_images():
        yield from _none_admitted(subject, install)


def row_of(release: Release) -> Source:
    """The catalog's row on *release*."""
    return source_of(f"tensorflow {release.version}", release)


def _not_in_release(subject: Subject, install: Requirement, release: Release) -> Iterator[Judgement]:
    architecture, python, name = subject.architecture, subject.python, f"{install.name} {release.version}"
    pythons = release.pythons_on(architecture)
    if not pythons or architecture not in packages()[install.name].architectures:
        first = next((row for row in releases() if architecture in row.wheels), None)
        remedy = f"install tensorflow, from {minor(first.version)} on" if first else "use another machine"
        reason = f"{name} has no wheel for {architecture}"
    elif install.name not in release.packages:
        reason, remedy = f"there is no {name}", f"install tensorflow=={release.version}"
    elif python and python not in pythons:
        reason = f"{name} has no wheel for {_python_of(subject)}"
        remedy = ", or ".join(filter(None, (f"take Python {any_of(pythons)}", _other_release(subject))))
    else:
        return
    yield Judgement(RULE, Verdict.FAILS, reason, "no-wheel", remedy, (row_of(release),))


def _older(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """What is older than the catalog has no wheel for Pythons newer than those of its oldest release."""
    oldest = releases()[0]
    python, last = subject.python, oldest.pythons[-1]
    if not python or version(python) <= version(last):
        return
    reason = (
        f"{install.name} {install.pin}, older than {oldest.version}, has no wheel for {_python_of(subject)}"
    )
    remedy = ", or ".join(filter(None, (f"take Python {last} or older", _other_release(subject))))
    yield Judgement(RULE, Verdict.FAILS, reason, "no-wheel", remedy, (row_of(oldest),))


def _never_released(wanted: Version) -> Iterator[Judgement]:
    """Of what is older or newer than the catalog nothing is known, nor of all release candidates."""
    newest = newest_final()
    if wanted.is_prerelease or not releases()[0].parsed < wanted < newest.parsed:
        return
    near = [row for row in releases() if row.final and row.parsed.release[:2] == wanted.release[:2]]
    remedy = f"take {any_of([row.version for row in near or [newest]])}"
    reason = f"TensorFlow {wanted} was never released"
    yield Judgement(RULE, Verdict.FAILS, reason, "no-wheel", remedy, (row_of((near or [newest])[-1]),))


def _none_admitted(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """What is newer than the catalog may have a wheel; so some release of it must be what was asked for."""
    if not any(install.allows(row.version) for row in releases()):
        return
    newest = newest_final()
    pythons = newest.pythons_on(subject.architecture) or newest.pythons
    remedy = f"take {_other_release(subject) or f'Python {pythons[-1]} or older'}"
    reason = f"no final {install.name}{install.specifier} has a wheel for {_python_of(subject)} (catalog of {as_of()})"
    yield Judgement(RULE, Verdict.FAILS, reason, "no-wheel", remedy, (row_of(newest),))


def _python_of(subject: Subject) -> str:
    """The Python, and the image it is from where the name of that does not say so."""
    python = subject.python
    of_image = python in (subject.base.python, subject.base.system_python) and python not in subject.image
    return f"Python {python} of {subject.image}" if of_image and subject.image else f"Python {python}"


def _other_release(subject: Subject) -> str:
    release = newest_for(subject.python, subject.architecture)
    return f"TensorFlow {release.version}, the newest for this Python" if release else ""


def _number(text: str) -> Version:
    try:
        return version(text)
    except InvalidVersion:
        return version("0")
