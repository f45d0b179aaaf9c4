"""Whether pip takes TensorFlow's wheel on the image's system."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.predict.subject import Pip, Subject
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.tensorflow import Release, Wheel

FIRST_AND_CUDA = "2.14.0"
"""The first release with the ``[and-cuda]`` extra."""

KNOWS_MANYLINUX2010 = "19.0"
"""An older pip finds nothing newer than TensorFlow 1.14.0, whose tag is manylinux1."""


def wheel(subject: Subject) -> Iterator[Judgement]:
    """What keeps pip from installing this TensorFlow, or from installing what was meant."""
    distribution, release = subject.distribution, subject.release
    if distribution is not None and subject.pip is not Pip.OWN:
        yield from _pip(subject, distribution)
    if release is None:
        return
    found = release.wheels.get(subject.architecture)
    if distribution is not None:
        yield from _libc(subject, distribution, release, found)
        if found is not None and subject.pip is Pip.SYSTEM:
            yield from _old_pip(subject, distribution, release, found)
    if subject.with_extra and release.and_cuda is None:
        yield Judgement(
            "extra",
            Verdict.DEGRADED,
            f"{subject.package} {release.version} has no extra [and-cuda]: pip says so in a warning and "
            "installs it without CUDA",
            "cuda-lib-missing",
            f"take TensorFlow {FIRST_AND_CUDA} or newer, or a CUDA base image",
            (source_of(f"tensorflow {release.version}", release),),
        )


def _pip(subject: Subject, distribution: Distribution) -> Iterator[Judgement]:
    sources = (_row(distribution),)
    if subject.pip is Pip.ABSENT:
        reason = f"there is no pip in {subject.image}"
        remedy = "start from python:X-slim, or install Python and pip in a Dockerfile of your own"
        yield Judgement("pip", Verdict.FAILS, reason, "python-env", remedy, sources)
    elif distribution.externally_managed:
        reason = f"the pip of {_name(distribution)} refuses outside a virtual environment (PEP 668)"
        remedy = "make a virtual environment first, or start from python:X-slim"
        yield Judgement("pip", Verdict.FAILS, reason, "python-env", remedy, sources)


def _libc(
    subject: Subject, distribution: Distribution, release: Release, found: Wheel | None
) -> Iterator[Judgement]:
    sources = (_row(distribution), source_of(f"tensorflow {release.version}", release))
    if distribution.libc == "musl":
        reason = f"{subject.image} has musl for a C library, and no TensorFlow wheel is made for it"
        yield Judgement("wheel", Verdict.FAILS, reason, "musl-base", "use a Debian-based image", sources)
    elif found and version(distribution.glibc) < version(found.glibc):
        reason = f"the wheel needs glibc {found.glibc}, and {subject.image} has {distribution.glibc}"
        yield Judgement("wheel", Verdict.FAILS, reason, "glibc-too-old", "use a newer base image", sources)


def _old_pip(
    subject: Subject, distribution: Distribution, release: Release, found: Wheel
) -> Iterator[Judgement]:
    if not distribution.pip or version(distribution.pip) >= version(found.min_pip):
        return
    sources = (_row(distribution), source_of(f"tensorflow {release.version}", release))
    old = f"pip {distribution.pip} of {_name(distribution)}"
    remedy = f"first upgrade pip to {found.min_pip} or newer"
    if not subject.pinned and version(distribution.pip) < version(KNOWS_MANYLINUX2010):
        reason = f"{old} does not know the wheels' platform tag and installs TensorFlow 1.14.0 instead"
        yield Judgement("pip", Verdict.DEGRADED, reason, "no-wheel", remedy, sources)
    else:
        reason = f"{old} does not know the wheel's platform tag, which needs {found.min_pip}"
        yield Judgement("pip", Verdict.FAILS, reason, "no-wheel", remedy, sources)


def _name(distribution: Distribution) -> str:
    return f"{distribution.id} {distribution.version}"


def _row(distribution: Distribution) -> Source:
    return source_of(f"distribution {_name(distribution)}", distribution)
