"""What could not be judged, as one failure of its own that counts once it has lasted."""

from __future__ import annotations

from tf_docker_check.model.nightly import Moved, NightReport, Signature, Tonight
from tf_docker_check.upstream.signature import identity

SIGNATURE = Signature("all", "all", "infrastructure")
ID = identity(SIGNATURE)


def tonight(report: NightReport, patience: int) -> Tonight:
    """How the night in *report* stands to infrastructure: it fails where that gave trouble *patience* nights.

    Cells and tags alike are well once there is a verdict on them, whichever.
    """
    trouble = report.infrastructure
    lasting = bool(trouble) and report.infrastructure_nights >= patience
    judged = [cell for cell, end in report.ends.items() if end in {"passed", "failed"}]
    judged += [tag.reference for tag in report.tags if tag.moved is not Moved.UNKNOWN]
    ends = dict.fromkeys(judged, "passed") | dict.fromkeys(trouble, "errored")
    return Tonight(
        night=report.night,
        failing=tuple(sorted(trouble)) if lasting else (),
        ends=tuple(sorted(ends.items())),
    )
