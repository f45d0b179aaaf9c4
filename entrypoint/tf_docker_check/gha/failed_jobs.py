"""Read the failed jobs of a workflow run, each with what its failed step printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tf_docker_check.gha.job_log import failed_step, step_text
from tf_docker_check.gha.run_url import RunUrl
from tf_docker_check.github.errors import Forbidden, GitHubError, NotFound
from tf_docker_check.model.github import Job
from tf_docker_check.model.text import one_line

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

LOG_LIMIT = 64 * 1024 * 1024
MOST = 20  # failed jobs whose logs are read: those of a large matrix mostly fail alike


@dataclass(frozen=True)
class FailedJob:
    """A job that failed, and what its failed `step` (empty where none is known) printed.

    `problem` says why `text` could not be read.
    """

    name: str
    url: str
    step: str
    text: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class FailedJobs:
    """The failed jobs of a run, `more` of them not read, and how many jobs there are."""

    jobs: tuple[FailedJob, ...]
    total: int
    more: int = 0


def read_failed_jobs(github: GitHub, url: RunUrl) -> FailedJobs:
    """Return the failed jobs of the run at *url*, or its one job, whatever became of that.

    Raises the errors of the client, but not for a log: of that the job's `problem` speaks.
    """
    if url.job:
        return FailedJobs((_read(github, github.job(url.job)),), total=1)
    jobs = github.jobs(url.run, url.attempt)
    failed = [job for job in jobs if job.failed]
    read = tuple(_read(github, job) for job in failed[:MOST])
    return FailedJobs(read, total=len(jobs), more=len(failed) - len(read))


def _read(github: GitHub, job: Job) -> FailedJob:
    step = failed_step(job)
    name, step_name = one_line(job.name, 200), one_line(step.name, 200) if step else ""
    try:
        text = step_text(github.job_log(job.id, LOG_LIMIT), job)
    except NotFound as error:
        gone = "its log has expired or was deleted" if error.why.startswith("410") else "it has no log yet"
        return FailedJob(name, job.url, step_name, problem=gone)
    except Forbidden:
        raise
    except GitHubError as error:
        return FailedJob(name, job.url, step_name, problem=error.in_one_line)
    return FailedJob(name, job.url, step_name, text)
