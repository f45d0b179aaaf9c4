"""Whether TensorFlow gets along with the versions that pip puts beside it."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Remark, Verdict
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.tensorflow import breaks, notices
from tf_docker_check.rules.subject import Subject

_EFFECTS = {"blocks": Verdict.FAILS, "degrades": Verdict.DEGRADED}


def neighbours(subject: Subject) -> Iterator[Judgement]:
    """Versions of dependencies that this TensorFlow does not get along with."""
    release = subject.release
    if release is None:
        return
    for known in breaks():
        if not known.hits(release.version, subject.installed):
            continue
        verdict, depends = _EFFECTS[known.effect], ""
        if subject.written and verdict is Verdict.FAILS:
            verdict, depends = Verdict.UNKNOWN, f", unless {subject.written} chooses another"
        yield Judgement(
            "neighbours",
            verdict,
            f"{subject.chooses} {known.package} {subject.installed[known.package]}{depends}, and TensorFlow "
            f"{release.version} does not get along with it: {known.says}",
            known.cause,
            known.remedy,
            (source_of(f"break {known.id}", known), source_of(f"tensorflow {release.version}", release)),
        )


def surprises(subject: Subject) -> Iterator[Remark]:
    """What newer releases do differently."""
    release = subject.release
    for notice in notices() if release else ():
        if release and version(release.version) >= version(notice.since):
            row = source_of(f"notice {notice.id}", notice)
            yield Remark(notice.id, f"from {notice.since} on {notice.says}", notice.remedy, (row,))
