"""Do something in a child process that may never come back, and read its output."""

import os
import select
import signal
import time

MOST_HEARD = 4096


def in_child(work, seconds):
    """Call `work(say)` in a child: (its output or None after a timeout, the signal that ended it or 0).

    Raises OSError where no process can be had.
    """
    inlet, outlet = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(inlet)
        os.close(outlet)
        raise
    if child == 0:
        live(work, outlet)
    os.close(outlet)
    output = listen(inlet, time.monotonic() + seconds)
    os.close(inlet)
    if output is None:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return output, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def live(work, outlet):
    """The child's whole life; what it prints is nobody's business."""
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        work(lambda text: os.write(outlet, text.encode("utf-8", "replace")))
    finally:
        os._exit(0)


def listen(inlet, deadline):
    """Read until the other end is closed; None where that takes too long."""
    output = b""
    while True:
        ready = select.select([inlet], [], [], max(0.0, deadline - time.monotonic()))[0]
        if not ready:
            return None
        part = os.read(inlet, MOST_HEARD)
        if not part:
            return output.decode("utf-8", "replace")
        output = (output + part)[:MOST_HEARD]
