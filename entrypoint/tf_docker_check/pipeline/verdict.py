"""Decide whether a failure is the image's, or an infrastructure error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from tf_docker_check.model.config import RunOptions
from tf_docker_check.model.finding import Confidence, Finding
from tf_docker_check.model.observation import BuildResult, ProbeRun
from tf_docker_check.resources import knowledge

FULL = 64 << 20
"""Bytes of room on the engine's disk below which it counts as full."""


_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def configured_limits(options: RunOptions) -> Mapping[str, str]:
    """Return the limits that the configuration sets, by its names for them."""
    limits = {"memory": options.memory, "shm-size": options.shm_size}
    return {name: limit for name, limit in limits.items() if limit}


def keeps_from_judging(
    finding: Finding,
    build: BuildResult,
    run: ProbeRun | None,
    *,
    limits: Mapping[str, str],
    room: Callable[[], int | None],
    scripts: Callable[[str], Iterable[str]],
) -> bool:
    """Return whether *finding*, the headline of a failed cell, leaves its image unjudged.

    An image may print any words: those of a build step count unless the project's own files hold them, and
    in a check those of a full disk only where the engine's disk, with *room* bytes (None: unknown), is
    full. Memory counts by the kernel's counter, and where no limit of the configuration is it. *scripts*
    returns the texts of the project's files that a command names.
    """
    cause = knowledge.causes()[finding.cause]
    if cause.lies_with not in knowledge.UNJUDGED:
        return False
    if cause.lies_with == "memory":
        ours = cause.limited_by in limits
        return run is not None and finding.confidence is Confidence.CONFIRMED and not ours
    if cause.lies_with == "disk" and (run or _is_own_text(finding, build, scripts)):
        free = room()
        return free < FULL if free is not None else run is not None
    return run is None and not _is_own_text(finding, build, scripts)


def _is_own_text(finding: Finding, build: BuildResult, scripts: Callable[[str], Iterable[str]]) -> bool:
    """Return whether all words of *finding* stand in the Dockerfile or in a script that the failing step runs.

    Then the step printed them itself.
    """
    if build.exit_code is None or not finding.evidence:
        return False
    words = [_flat(one.text) for one in finding.evidence]
    failing = [step for step in build.steps if step.error]
    written = [step.name for step in failing] + [step.error for step in failing]  # errors quote the command
    written.append(_COMMENT.sub("", build.dockerfile))
    if missing := _not_in(written, words):
        written = [text for step in failing for text in scripts(step.name)]
        missing = _not_in(written, missing)
    return not missing


def _not_in(texts: Iterable[str], words: Sequence[str]) -> list[str]:
    """Return those of *words* that none of *texts* holds."""
    flat = [_flat(text) for text in texts]
    return [one for one in words if not any(one in text for text in flat)]


def _flat(text: str) -> str:
    return " ".join(text.split())
