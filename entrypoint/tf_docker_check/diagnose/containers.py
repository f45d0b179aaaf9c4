"""Split a cell's checks by container: the output of one explains no failure in another."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.diagnose.case import Case
from tf_docker_check.model.observation import COMMAND, WORKERS, Check
from tf_docker_check.model.status import Status

_OF_THEIR_OWN = (COMMAND, WORKERS, "distributed-")
"""Prefixes of checks that have their own containers; all others share one."""


def split_by_container(case: Case) -> tuple[Case, ...]:
    """Return *case* split by container, that of the check which decides the cell's status first.

    Exit and output belong to the shared container; the facts, which are the image's, are in all.
    """
    if case.build or not case.failed:
        return (case,)
    deciding = next((check for check in case.failed if check.status is Status.FAILED), case.failed[0])
    names = dict.fromkeys([_container(deciding), *map(_container, case.failed), ""])
    return tuple(_part(case, name) for name in names)


def _container(check: Check) -> str:
    return check.name if check.name.startswith(_OF_THEIR_OWN) else ""


def _part(case: Case, container: str) -> Case:
    failed = tuple(check for check in case.failed if _container(check) == container)
    if container:
        return replace(case, failed=failed, exit=None, output="")
    return replace(case, failed=failed)
