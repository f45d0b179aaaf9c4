"""Whether the pip of the image's system installs TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.tensorflow import Release, Wheel, is_older
from tf_docker_check.rules.subject import Pip, Subject

KNOWS_MANYLINUX2010 = "19.0"
"""An older pip finds nothing newer than TensorFlow 1.14.0, whose tag is manylinux1."""


def judge_pip(subject: Subject) -> Iterator[Judgement]:
    """Yield what is wrong with the pip that is to install TensorFlow."""
    distribution = subject.distribution
    if distribution is None or subject.pip is Pip.OWN:
        return
    if subject.pip is Pip.ABSENT:
        reason = f"there is no pip in {subject.image}"
        remedy = "start from python:X-slim, or install Python and pip in a Dockerfile of your own"
        yield Judgement("pip", Verdict.FAILS, reason, "python-env", remedy, (_row(distribution),))
        return
    yield from judge_managed(subject)
    yield from judge_old_pip(subject)


def judge_old_pip(subject: Subject) -> Iterator[Judgement]:
    """Yield that the pip of the distribution does not know the platform tags of the wheels."""
    distribution, release = subject.distribution, subject.release
    if distribution is None or not distribution.pip:
        return
    wheel = release.wheels.get(subject.architecture) if release else None
    older = next((one for one in subject.installs if one.pin and is_older(one.pin)), None)
    if release and wheel:
        yield from _old_pip(subject, distribution, release, wheel)
    elif older and version(distribution.pip) < version(KNOWS_MANYLINUX2010):
        yield Judgement(
            "pip",
            Verdict.FAILS,
            f"pip {distribution.pip} of {_name(distribution)} knows the wheel of {older.name} {older.pin}, and not "
            "those of today's grpcio, h5py and the like, which it then tries to build",
            "no-wheel",
            f"first upgrade pip to {KNOWS_MANYLINUX2010} or newer",
            (_row(distribution),),
        )


def judge_managed(subject: Subject) -> Iterator[Judgement]:
    """Yield that the pip of the distribution installs nothing where it would."""
    distribution = subject.distribution
    if distribution and distribution.externally_managed:
        reason = (
            f"the pip of {_name(distribution)} refuses to install outside a virtual environment (PEP 668): "
            "`error: externally-managed-environment`"
        )
        remedy = (
            "make one first (`python3 -m venv /opt/venv` and `ENV PATH=/opt/venv/bin:$PATH`), or start from a "
            "python image"
        )
        yield Judgement("pip", Verdict.FAILS, reason, "python-env", remedy, (_row(distribution),))


def _old_pip(
    subject: Subject, distribution: Distribution, release: Release, wheel: Wheel
) -> Iterator[Judgement]:
    if not distribution.pip or version(distribution.pip) >= version(wheel.min_pip):
        return
    sources = (_row(distribution), source_of(f"tensorflow {release.version}", release))
    old = f"pip {distribution.pip} of {_name(distribution)}"
    remedy = f"first upgrade pip to {wheel.min_pip} or newer"
    if not subject.pinned and version(distribution.pip) < version(KNOWS_MANYLINUX2010):
        reason = f"{old} does not know the wheels' platform tag and installs TensorFlow 1.14.0 instead"
        yield Judgement("pip", Verdict.DEGRADED, reason, "no-wheel", remedy, sources)
    else:
        reason = f"{old} does not know the wheel's platform tag, which needs {wheel.min_pip}"
        yield Judgement("pip", Verdict.FAILS, reason, "no-wheel", remedy, sources)


def _name(distribution: Distribution) -> str:
    return f"{distribution.id} {distribution.version}"


def _row(distribution: Distribution) -> Source:
    return source_of(f"distribution {_name(distribution)}", distribution)
