"""The logs that an argument of ``explain`` names: a file, standard input, or the failed jobs of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Log:
    """A log by its `name`; `place` says more of it, to people.

    Where there is none, `missing` says why, and `exit_code` what comes of that.
    """

    name: str
    content: bytes | Path | BinaryIO = b""
    place: str = ""
    missing: str = ""
    exit_code: int = 0


def read_logs(name: str) -> Iterator[Log]:
    """Yield the logs that *name* names. Raises CheckError for an address that cannot be read."""
    from tf_docker_check.gha.run_url import is_url

    if is_url(name):
        yield from _of_run(name)
    else:
        yield Log(name, sys.stdin.buffer if name == "-" else Path(name))


def _of_run(url: str) -> Iterator[Log]:
    from tf_docker_check.gha.failed_jobs import read_failed_jobs
    from tf_docker_check.gha.run_url import parse_run_url

    run = parse_run_url(url)
    failed = read_failed_jobs(run.connect(os.environ), run)
    if not failed.jobs:
        yield Log(url, missing=f"none of its {failed.total} jobs has failed")
    for job in failed.jobs:
        place = f"job {job.name!r}, step {job.step!r}" if job.step else f"job {job.name!r}"
        code = 3 if job.problem else 0
        yield Log(job.url or url, job.text, place, missing=job.problem, exit_code=code)
    if failed.more:
        yield Log(url, missing=f"{failed.more} more jobs have failed; explain them by their own addresses")
