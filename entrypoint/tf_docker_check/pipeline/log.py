"""The log of a workflow step."""

from __future__ import annotations

import sys

from tf_docker_check.gha.commands import harmless_lines


def log(text: str) -> None:
    """Write *text*, which is ours, to the log at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def log_untrusted(text: str) -> None:
    """Write lines with untrusted text so that the runner takes nothing in them for a command."""
    log(harmless_lines(text))
