"""Run one stage of the ladder in a child process, so that a crash there is seen from outside it.

It also makes the child an ordinary process: PID 1 of a container ignores signals it sends to
itself, so that abort() there does not end as SIGABRT.
"""

import faulthandler
import os
import signal
import sys
import time
import traceback

from tf_docker_check.resources.probes.memory import oom_kills

LATE = 124  # what timeout(1) ends with
DUMP_BEFORE = 2.0  # seconds between the child's own stack dump and its being killed


def run(channel, stage, work, seconds):
    """Call *work* in a child, for at most *seconds*. The exit code this process should end with."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    kills = oom_kills()
    try:
        child = os.fork()
    except OSError:  # processes are limited to one: unsupervised is better than not at all
        work()
        return 0
    if child == 0:
        enter(work, seconds)
    status, late = wait(child, seconds)
    code, number = how_it_ended(status)
    channel.emit("ended", stage=stage, code=code, signal=number, late=late, oom=oom_kills() > kills)
    return LATE if late else 128 + number if number else code


def enter(work, seconds):
    """The child's whole life."""
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        faulthandler.enable(2)
        dump_before(seconds)
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
        finally:
            # Not sys.exit: what libraries do while Python is torn down was not asked for.
            os._exit(code)


def dump_before(seconds):
    """Have every thread's stack printed shortly before time is up."""
    try:
        faulthandler.dump_traceback_later(max(seconds - DUMP_BEFORE, seconds / 2), exit=False, file=2)
    except RuntimeError:
        pass  # no thread can be started here: that is for TensorFlow to find out


def wait(child, seconds):
    """The child's wait status, and whether it had to be killed for being late."""
    deadline = time.monotonic() + seconds
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status, False
        left = deadline - time.monotonic()
        if left <= 0:
            os.kill(child, signal.SIGKILL)
            return os.waitpid(child, 0)[1], True
        signal.sigtimedwait([signal.SIGCHLD], left)


def how_it_ended(status):
    """(exit code, signal number) of a wait status."""
    if os.WIFSIGNALED(status):
        return 0, os.WTERMSIG(status)
    return os.WEXITSTATUS(status), 0
