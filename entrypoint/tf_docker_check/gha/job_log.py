"""The log of a job as GitHub keeps it: time stamps, groups, and the step that failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tf_docker_check.model.github import Job, JobStep

_STAMP = re.compile(rb"(?:\xef\xbb\xbf)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z ?")
_RUN, _END, _ERROR = b"##[group]Run ", b"##[endgroup]", b"##[error]"
_TAG = re.compile(rb"##\[(?:group|endgroup|error|warning|notice|debug|command|section)\]")


def failed_step(job: Job) -> JobStep | None:
    """Return the first step of *job* that failed."""
    return next((step for step in job.steps if step.conclusion in {"failure", "timed_out"}), None)


def step_text(log: bytes, job: Job) -> bytes:
    """Return what the failed step printed, all of *log* where no step is to blame, without the runner's marks.

    What a step is about to run, its script and environment, is marked as a shell marks it: with ``+``.
    """
    step = failed_step(job)
    lines = tuple(_stamped(log))
    mine = _of_step(lines, step) if step else [text for _, text in lines]
    return b"\n".join(_plain(mine or [text for _, text in lines]))


def _stamped(log: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each line's time, that of the line before where it has none, and its text."""
    time = b""
    for line in log.splitlines():
        match = _STAMP.match(line)
        time = match[1] if match else time
        yield time, line[match.end() :] if match else line


def _of_step(lines: Sequence[tuple[bytes, bytes]], step: JobStep) -> list[bytes]:
    """Return the lines of *step*. Its times are whole seconds: its own marks decide where it begins and ends."""
    first, last = step.started[:19].encode(), step.completed[:19].encode()
    mine = [text for time, text in lines if first <= time <= (last or time)]
    start = next((number for number, text in enumerate(mine) if text.startswith(_RUN)), 0)
    errors = [number for number, text in enumerate(mine) if text.startswith(_ERROR)]
    return mine[start : errors[-1] + 1 if errors and errors[-1] >= start else None]


def _plain(lines: Sequence[bytes]) -> Iterator[bytes]:
    about_to_run = False
    for line in lines:
        about_to_run = line.startswith(_RUN) or (about_to_run and not line.startswith(_END))
        text = _TAG.sub(b"", line)
        yield b"+ " + text if about_to_run else text
