"""Describe how a process ended that did not finish."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from tf_docker_check.model.observation import Death, Exit


def container_death(exit: Exit) -> Death:  # noqa: A002 - its name everywhere
    """Return the death of a container, from the engine's exit."""
    name = exit.signal or signal_name((exit.code or 0) - 128)
    return Death(exit.code, name, exit.oom_killed, exit.timed_out, exit.stopped_by)


def child_death(fields: Mapping[str, Any]) -> Death:
    """Return the death of the probe's child process, from the message of its supervisor."""
    code, number = fields.get("code"), fields.get("signal")
    return Death(
        code=code if isinstance(code, int) else None,
        signal=signal_name(number if isinstance(number, int) else 0),
        out_of_memory=fields.get("oom") is True,
        timed_out=fields.get("late") is True,
    )


def signal_name(number: int) -> str:
    """Return the name of a signal (SIGILL for 4); empty where there is none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}" if 0 < number < 65 else ""


def describe_death(death: Death, seconds: float) -> str:
    """Return one phrase, as ``killed by SIGILL`` or ``timed out after 60 s``."""
    if death.stopped_by:
        by = f"another client of the engine stopped its container ({death.stopped_by})"
        return f"interrupted after {seconds:.0f} s: {by}"
    if death.timed_out:
        return f"timed out after {seconds:.0f} s"
    if death.out_of_memory:
        return "killed by the kernel, out of memory"
    if death.signal:
        return f"killed by {death.signal}"
    if death.code is None:
        return "ended without an exit code"
    return f"ended with exit code {death.code}"
