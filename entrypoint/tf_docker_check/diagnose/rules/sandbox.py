"""What the container forbids a process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof

_OF_THREADS = re.compile(r"pthread|[Tt]hread|fork|Resource temporarily unavailable")
_DENIED = "Operation not permitted"


def sandbox(case: Case) -> Iterator[Proof]:
    """Prove refused threads and system calls that explain the failure."""
    if not case.failed:
        return
    error, refused = case.facts.get("threads.error"), _refused(case)
    calls = f", as is {', '.join(refused)}" if refused else ""
    if error == "EPERM":
        yield Proof("seccomp-syscall", f"starting a thread is refused with EPERM{calls}")
    elif refused and _DENIED in case.text():
        yield Proof("seccomp-syscall", f"the container refuses {', '.join(refused)}", sure=False)
    if error == "EAGAIN" and _OF_THREADS.search(case.text()):
        yield Proof("pids-limit", _limited(case))


def _refused(case: Case) -> list[str]:
    calls = case.facts.get("syscalls.refused")
    return [str(call) for call in calls] if isinstance(calls, list) else []


def _limited(case: Case) -> str:
    started, limits = case.facts.get("threads.started"), []
    for name, words in (("limits.pids", "pids limit"), ("limits.processes", "ulimit -u")):
        if isinstance(case.facts.get(name), int):
            limits.append(f"{words} {case.facts[name]}")
    seen = ", ".join(limits) or "no limit is seen"
    return f"the container lets {started} threads start, then answers EAGAIN ({seen})"
