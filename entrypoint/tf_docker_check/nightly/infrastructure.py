"""Treat infrastructure errors as one failure, which counts after some nights in a row."""

from __future__ import annotations

from tf_docker_check.nightly.issue_values import NightStatus
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.nightly.signature import Signature, identity
from tf_docker_check.upstream.tags import TagState

SIGNATURE = Signature("all", "all", "infrastructure")
ID = identity(SIGNATURE)


def night_status(report: NightReport, patience: int) -> NightStatus:
    """Return the status of infrastructure in *report*: failing after *patience* nights with errors.

    A cell or tag counts as passed if it was judged, whatever the result.
    """
    trouble = report.infrastructure
    lasting = bool(trouble) and report.infrastructure_nights >= patience
    with_verdict = [cell for cell, end in report.ends.items() if end in {"passed", "failed"}]
    with_verdict += [tag.reference for tag in report.tags if tag.moved is not TagState.UNKNOWN]
    ends = dict.fromkeys(with_verdict, "passed") | dict.fromkeys(trouble, "errored")
    return NightStatus(
        night=report.night,
        failing=tuple(sorted(trouble)) if lasting else (),
        ends=tuple(sorted(ends.items())),
    )
