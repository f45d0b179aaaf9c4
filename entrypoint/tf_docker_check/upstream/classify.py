"""Whether a failure counts: it must be the image's, and be there again."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.model.blame import Whose
from tf_docker_check.model.nightly import Verdict
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status

INFRASTRUCTURE = frozenset(
    {
        "network-tls",
        "registry-auth-or-limit",
        "disk-full",
        "host-oom",
        "pids-limit",
        "gpu-driver-state",
        "gpu-not-exposed",
        "driver-mismatch",
        "toolkit-too-old",
        "kernel-too-old",
        "seccomp-syscall",
    }
)
"""Causes that are the machine's, the network's or a registry's, whatever image runs there."""


def is_infrastructure(cell: CellResult) -> bool:
    """Whether *cell* says nothing about its image: not judged, or failed for the machine's sake."""
    if cell.status is not Status.FAILED:
        return cell.status is Status.ERRORED
    if cell.blame is not None and cell.blame.whose is Whose.RUNNER:
        return True
    return bool(cell.findings) and cell.findings[0].cause in INFRASTRUCTURE


def fails(cell: CellResult) -> bool:
    """Whether *cell* failed for its image's sake."""
    return cell.status is Status.FAILED and not is_infrastructure(cell)


def confirmed(repeats: Sequence[CellResult]) -> Verdict:
    """What *repeats* of a failed cell, each with a fresh pull, make of its failure."""
    if any(each.status is Status.PASSED for each in repeats):
        return Verdict.FLAKY
    return Verdict.CONFIRMED if repeats and all(map(fails, repeats)) else Verdict.UNDECIDED
