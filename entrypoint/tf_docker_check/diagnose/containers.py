"""The checks of a cell by the container they ran in: what one of them printed explains no other's failure."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.diagnose.case import Case
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status

_OF_THEIR_OWN = ("command: ", "distributed-")
"""How the names of checks begin that have containers of their own; all others share one."""


def containers(case: Case) -> tuple[Case, ...]:
    """*case* parted by container, that of the check which decides the cell's status first.

    The exit and the output are of the shared container; the facts, which are the image's, are in all.
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
