"""How a process that did not finish came to its end, and the words for it."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from tf_docker_check.model.observation import Death, Exit


def of_container(exit: Exit) -> Death:  # noqa: A002 - its name everywhere
    """What the engine says of a container."""
    name = exit.signal or signal_name((exit.code or 0) - 128)
    return Death(exit.code, name, exit.oom_killed, exit.timed_out, exit.stopped_by)


def of_child(fields: Mapping[str, Any]) -> Death:
    """What our supervisor in the container says of its child."""
    code, number = fields.get("code"), fields.get("signal")
    return Death(
        code=code if isinstance(code, int) else None,
        signal=signal_name(number if isinstance(number, int) else 0),
        out_of_memory=fields.get("oom") is True,
        timed_out=fields.get("late") is True,
    )


def signal_name(number: int) -> str:
    """SIGILL for 4; empty for what is no signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}" if 0 < number < 65 else ""


def how(death: Death, seconds: float) -> str:
    """One phrase: ``killed by SIGILL``, ``timed out after 60 s``."""
    if death.stopped_by:
        return (
            f"not judged: somebody else had the engine {death.stopped_by} its container after {seconds:.0f} s"
        )
    if death.timed_out:
        return f"timed out after {seconds:.0f} s"
    if death.out_of_memory:
        return "killed by the kernel, out of memory"
    if death.signal:
        return f"killed by {death.signal}"
    if death.code is None:
        return "ended, nobody knows how"
    return f"ended with exit code {death.code}"
