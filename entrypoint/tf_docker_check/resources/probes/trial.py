"""Import a module in a child process: whether that works, and what it says if not."""

import importlib

from tf_docker_check.resources.probes.child import in_child

MOST_TOLD = 1000


def trial(name, seconds):
    """What importing *name* ends with: empty where it works, else the error in one line."""
    error, number = in_child(lambda say: attempt(name, say), seconds)
    if error is None:
        return "it took longer than %d s" % seconds
    return "killed by signal %d" % number if number else error


def attempt(name, say):
    try:
        importlib.import_module(name)
    except BaseException as error:  # SystemExit too
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        say(("%s: %s" % (type(error).__name__, lines[-1] if lines else ""))[:MOST_TOLD])
