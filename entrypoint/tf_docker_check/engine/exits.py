"""Read signals from exit codes."""

from __future__ import annotations

import signal

SIGKILLED = 128 + signal.SIGKILL
"""The exit code of a process that was killed by SIGKILL."""


def signal_name(code: int | None) -> str:
    """Return the signal behind an exit code above 128, as shells, dockerd and its init report it."""
    if code is None or not 128 < code <= 128 + 64:
        return ""
    try:
        return signal.Signals(code - 128).name
    except ValueError:
        return ""
