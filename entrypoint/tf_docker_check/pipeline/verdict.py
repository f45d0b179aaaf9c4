"""Decide whether a failure is the image's, or an infrastructure error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tf_docker_check.model.config import RunOptions
from tf_docker_check.model.finding import Confidence, Finding
from tf_docker_check.model.observation import BuildResult, ProbeRun
from tf_docker_check.resources import knowledge

FULL = 64 << 20
"""Bytes of room on the engine's disk below which it counts as full."""


def configured(options: RunOptions) -> Mapping[str, str]:
    """The limits that the configuration sets, by the names it gives them."""
    limits = {"memory": options.memory, "shm-size": options.shm_size}
    return {name: limit for name, limit in limits.items() if limit}


def keeps_from_judging(
    finding: Finding,
    build: BuildResult,
    run: ProbeRun | None,
    limits: Mapping[str, str],
    room: Callable[[], int | None],
) -> bool:
    """Whether *finding*, the headline of a failed cell, leaves its image unjudged.

    An image may print any words: those of a build step count unless its own command holds them, and
    in a check those of a full disk only where the engine's disk, with *room* bytes (None: it cannot
    be seen), is full. Memory counts by the kernel's word, and where no limit of the configuration is it.
    """
    cause = knowledge.causes()[finding.cause]
    if cause.lies_with not in knowledge.UNJUDGED:
        return False
    if cause.lies_with == "memory":
        ours = cause.limited_by in limits
        return run is not None and finding.confidence is Confidence.CONFIRMED and not ours
    if cause.lies_with == "disk" and (run or _is_quoted(finding, build)):
        free = room()
        return free < FULL if free is not None else run is not None
    return run is None and not _is_quoted(finding, build)


def _is_quoted(finding: Finding, build: BuildResult) -> bool:
    """Whether all words of *finding* stand in the failing step's own command, which prints them itself."""
    commands = [_flat(step.name) for step in build.steps if step.error]
    errors = [_flat(step.error) for step in build.steps if step.error]  # they quote the command
    texts = [_flat(one.text) for one in finding.evidence]
    return (
        build.exit_code is not None
        and bool(texts)
        and all(_holds(commands, text) or _holds(errors, text) for text in texts)
    )


def _holds(texts: Sequence[str], words: str) -> bool:
    return any(words in text for text in texts)


def _flat(text: str) -> str:
    return " ".join(text.split())
