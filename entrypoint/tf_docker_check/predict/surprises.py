"""What newer releases of TensorFlow do differently."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Remark
from tf_docker_check.resources.notices import notices
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.subject import Subject


def surprises(subject: Subject) -> Iterator[Remark]:
    """What newer releases do differently."""
    release = subject.release
    for notice in notices() if release else ():
        if release and version(release.version) >= version(notice.since):
            row = source_of(f"notice {notice.id}", notice)
            yield Remark(notice.id, f"from {notice.since} on {notice.says}", notice.remedy, (row,))
