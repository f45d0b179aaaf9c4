"""The failed step's output in a job's log, without the runner's marks."""

from __future__ import annotations

from tf_docker_check.gha.job_log import step_text
from tf_docker_check.model.github import Job, JobStep

LOG = b"""\xef\xbb\xbf2026-01-01T10:00:00.1000000Z Requested labels: ubuntu-latest
2026-01-01T10:00:02.0000000Z ##[group]Run actions/checkout@v4
2026-01-01T10:00:02.1000000Z ##[endgroup]
2026-01-01T10:00:03.0000000Z Killed
2026-01-01T10:00:04.5000000Z ##[group]Run docker run --gpus all app
2026-01-01T10:00:04.5000000Z echo exit code 137
2026-01-01T10:00:04.6000000Z shell: /usr/bin/bash -e {0}
2026-01-01T10:00:04.7000000Z ##[endgroup]
2026-01-01T10:00:05.0000000Z FATAL: kernel too old
and a line of its own
2026-01-01T10:00:06.0000000Z ##[error]Process completed with exit code 1.
2026-01-01T10:00:06.1000000Z Post job cleanup.
2026-01-01T10:00:06.2000000Z OSError: [Errno 28] No space left on device
"""
RAN = b"""\
+ Run docker run --gpus all app
+ echo exit code 137
+ shell: /usr/bin/bash -e {0}

FATAL: kernel too old
and a line of its own
Process completed with exit code 1."""


def job(*steps: JobStep) -> Job:
    return Job(1, 1, "test", "failure", "", steps)


def test_only_the_failed_step():
    steps = (
        JobStep("checkout", "success", "2026-01-01T10:00:02Z", "2026-01-01T10:00:03Z"),
        JobStep("test", "failure", "2026-01-01T10:00:04Z", "2026-01-01T10:00:06Z"),
        JobStep("after", "failure", "2026-01-01T10:00:06Z", "2026-01-01T10:00:06Z"),
    )
    assert step_text(LOG, job(*steps)) == RAN


def test_a_step_without_an_end():
    assert step_text(LOG, job(JobStep("test", "timed_out", "2026-01-01T10:00:04Z", ""))) == RAN


def test_all_of_it_where_no_step_is_to_blame_or_its_times_are_not_in_it():
    for steps in ((), (JobStep("x", "failure", "2027-01-01T10:00:04Z", ""),)):
        text = step_text(LOG, job(*steps))
        assert text.startswith(b"Requested labels: ubuntu-latest\n+ Run actions/checkout@v4")
        assert b"##[" not in text
        assert b"No space left" in text


def test_a_log_of_another_kind():
    assert step_text(b"no stamps\r\nat all", job(JobStep("x", "failure", "", ""))) == b"no stamps\nat all"
    assert step_text(b"", job()) == b""
