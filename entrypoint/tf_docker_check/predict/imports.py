"""Whether TensorFlow's wheel installs on the image's system, and imports with its neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.ground import ground
from tf_docker_check.predict.subject import Subject
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import breaks


def wheel(subject: Subject) -> Iterator[Judgement]:
    """The C library of the image against the wheel's platform tag."""
    distribution, release = subject.distribution, subject.release
    found = release.wheels.get(subject.architecture) if release else None
    if distribution is None or release is None:
        return
    grounds = (
        ground(f"distribution {distribution.id} {distribution.version}", distribution),
        ground(f"tensorflow {release.version}", release),
    )
    if distribution.libc == "musl":
        reason = f"{subject.image} has musl for a C library, and no TensorFlow wheel is made for it"
        yield Judgement("wheel", Verdict.FAILS, reason, "musl-base", "use a Debian-based image", grounds)
    elif found and version(distribution.glibc) < version(found.glibc):
        reason = f"the wheel needs glibc {found.glibc}, and {subject.image} has {distribution.glibc}"
        yield Judgement("wheel", Verdict.FAILS, reason, "glibc-too-old", "use a newer base image", grounds)


def neighbours(subject: Subject) -> Iterator[Judgement]:
    """Versions of dependencies that pip will choose and this TensorFlow does not get along with."""
    if subject.release is None:
        return
    for known in breaks():
        if known.hits(subject.release.version, subject.installed):
            chosen = f"{known.package} {subject.installed[known.package]}"
            yield Judgement(
                "neighbours",
                Verdict.FAILS if known.effect == "blocks" else Verdict.DEGRADED,
                f"pip chooses {chosen}, and TensorFlow {subject.release.version} does not get along with it: "
                f"{known.says}",
                known.cause,
                known.remedy,
                (
                    ground(f"break {known.id}", known),
                    ground(f"tensorflow {subject.release.version}", subject.release),
                ),
            )
