"""Publish a nightly run on GitHub: update issues and propose a newer lock; a dry run only reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tf_docker_check.gha.event import Context
from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock
from tf_docker_check.nightly.conclude import NightlyResult
from tf_docker_check.nightly.issues import settle
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.nightly.proposal import propose
from tf_docker_check.pipeline.remarks import Remarks

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub


def publish_to_github(
    result: NightlyResult, config: Config, github: GitHub, run: Context, remarks: Remarks
) -> NightlyResult:
    """Update issues and pull requests, and return *result* with what was done or would have been done.

    What is not permitted goes to *remarks*. Issues and pull requests are only written in scheduled runs on
    the default branch, and not in forks.
    """
    why_not = run.rehearsal or _fork(github, remarks)
    report = replace(result.report, url=run.run_url)
    report = replace(report, issues=settle(github, report, config.nightly, remarks, write=not why_not))
    if why_not:
        return replace(result, report=_with_note(report, f"nothing was written to GitHub: {why_not}"))
    if result.lock is not None:
        url = remarks.attempt(lambda: _propose(github, config.lock, result.lock, run))
        report = replace(report, proposal_url=url or "")
    return replace(result, report=report)


def _fork(github: GitHub, remarks: Remarks) -> str:
    """Return why this repository may be a fork, whose issues are its own; empty if it is none."""
    fork = remarks.attempt(github.is_fork)
    return (
        ""
        if fork is False
        else "the repository is a fork"
        if fork
        else "it is unknown whether the repository is a fork"
    )


def _propose(github: GitHub, old: Lock, new: Lock | None, run: Context) -> str:
    pull = propose(github, old, new, base=run.default_branch, run_url=run.run_url) if new else None
    return pull.url if pull else ""


def _with_note(report: NightReport, note: str) -> NightReport:
    return replace(report, notes=(*report.notes, note))
