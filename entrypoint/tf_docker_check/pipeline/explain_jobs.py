"""Explain the failed jobs of a workflow run: to the log, the summary and the pull request."""

from __future__ import annotations

import os

from tf_docker_check.diagnose.explain import explain
from tf_docker_check.gha import comment
from tf_docker_check.gha.failed_jobs import FailedJob, FailedJobs, read_failed_jobs
from tf_docker_check.gha.files import add_summary, set_outputs
from tf_docker_check.gha.run_url import RunUrl
from tf_docker_check.gha.step import Step
from tf_docker_check.model.redact import redact
from tf_docker_check.pipeline.log import log_untrusted
from tf_docker_check.pipeline.publish import print_remarks
from tf_docker_check.pipeline.remarks import Remarks
from tf_docker_check.report.explained import JobReport, render

KEY = "explain."
"""Before the comment's key: a page on jobs is not the report on images."""


def explain_jobs(step: Step) -> int:
    """Explain this run's failed jobs, or those of the run that triggered it. Never fails the step."""
    remarks = Remarks()
    failed = remarks.attempt(lambda: read_failed_jobs(step.github, _run(step)))
    if failed:
        reports = tuple(map(_report, failed.jobs))
        for report in reports:
            log_untrusted(_line(report))
        _comment(step, reports, failed, remarks)
        if step.wants("summary"):
            add_summary(
                os.environ, lambda limit: _page(step, reports, failed, limit // 4)
            )  # bytes of a character
    print_remarks(remarks)
    return 0


def _run(step: Step) -> RunUrl:
    run = step.run
    if run.triggered_by:
        return RunUrl(run.server, run.repository, run=run.triggered_by)
    return RunUrl(run.server, run.repository, run=run.run_id, attempt=run.attempt)


def _report(job: FailedJob) -> JobReport:
    findings = () if job.problem else redact(explain(job.text), ()).findings
    return JobReport(job.name, job.url, job.step, findings, job.problem)


def _line(report: JobReport) -> str:
    if report.problem:
        return f"{report.name}: {report.problem}"
    if not report.findings:
        return f"{report.name}: no known cause"
    headline = report.findings[0]
    return f"{report.name}: {headline.cause}: {headline.title}; to do: {headline.remedy}"


def _page(step: Step, reports: tuple[JobReport, ...], failed: FailedJobs, limit: int) -> str:
    run = _run(step)
    url = f"{run.server}/{run.repository}/actions/runs/{run.run}"
    return render(reports, total=failed.total, more=failed.more, run_url=url, limit=limit)


def _comment(step: Step, reports: tuple[JobReport, ...], failed: FailedJobs, remarks: Remarks) -> None:
    run = step.run
    if not run.pull or run.muted or step.comment_mode == "off":
        return
    if run.read_only:
        remarks.lines.append(f"no comment was written: {run.read_only}, so the token may only read")
        return
    pull = run.pull
    posted = remarks.attempt(
        lambda: comment.post(
            step.github,
            pull.number,
            _page(step, reports, failed, comment.BODY_LIMIT),
            key=f"{KEY}{step.key}"[:50],
            run=comment.RunStamp(run.run_number, run.attempt, pull.head_sha, run.workflow),
            mode=step.comment_mode,
            changed=False,
            worth=bool(reports),
        )
    )
    if posted:
        remarks.lines += [posted.note] if posted.note else []
        set_outputs(os.environ, {"comment-url": posted.url})
