"""Import a module in a child process: whether that works, and what it says if not."""

import importlib
import os
import select
import signal
import time

MOST_TOLD = 1000


def trial(name, seconds):
    """What importing *name* ends with: empty where it works, else the error in one line."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        attempt(name, outlet)
    os.close(outlet)
    said = listen(inlet, time.monotonic() + seconds)
    os.close(inlet)
    if said is None:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if said is None:
        return "it took longer than %d s" % seconds
    if os.WIFSIGNALED(status):
        return "killed by signal %d" % os.WTERMSIG(status)
    return said.decode("utf-8", "replace")


def attempt(name, outlet):
    """The child's whole life; what the module prints is nobody's business."""
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        importlib.import_module(name)
    except BaseException as error:  # SystemExit too
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        words = "%s: %s" % (type(error).__name__, lines[-1] if lines else "")
        os.write(outlet, words[:MOST_TOLD].encode("utf-8", "replace"))
    finally:
        os._exit(0)


def listen(inlet, deadline):
    """Everything said until the other end is closed; None where that takes too long."""
    said = b""
    while True:
        ready = select.select([inlet], [], [], max(0.0, deadline - time.monotonic()))[0]
        if not ready:
            return None
        part = os.read(inlet, 4096)
        if not part:
            return said
        said = (said + part)[:MOST_TOLD]
