"""Describe an unexpected exception in one line."""

from __future__ import annotations

import errno
import logging
import traceback

from tf_docker_check.model.text import one_line

LOG = logging.getLogger(__name__)
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})
"""What the system answers a process that has used up what it may have."""


def describe_bug(error: Exception, what: str) -> str:
    """Say why *what* errored: the type of *error* and the place it was raised at.

    The traceback goes to the log at debug level.
    """
    LOG.debug("while working on %s", what, exc_info=error)
    if isinstance(error, OSError) and error.errno in EXHAUSTED:
        return (
            f"this machine's limits are reached: {error.strerror}; to do: raise them (`ulimit -a`) and repeat"
        )
    frames = traceback.extract_tb(error.__traceback__)
    place = (
        f" at {frames[-1].filename.rpartition('tf_docker_check')[2].lstrip('/')}:{frames[-1].lineno}"
        if frames
        else ""
    )
    remedy = "run it again with --debug and report what it prints"
    return f"bug: {type(error).__name__}{place}: {one_line(str(error), 120)}; to do: {remedy}"
