"""Climb the rungs the host asked for, stage by stage, announcing each before it starts."""

import sys
import time
import traceback

from tf_docker_check.resources.probes.collective import collective
from tf_docker_check.resources.probes.computing import COMPUTING
from tf_docker_check.resources.probes.driver import gpu_exposed
from tf_docker_check.resources.probes.environment import environment
from tf_docker_check.resources.probes.frame import Fail, Skip, open_channel
from tf_docker_check.resources.probes.gpu import ON_GPU
from tf_docker_check.resources.probes.interpreter import interpreter
from tf_docker_check.resources.probes.libraries import gpu_static
from tf_docker_check.resources.probes.memory import oom_kills
from tf_docker_check.resources.probes.peers import peers
from tf_docker_check.resources.probes.saving import SAVING
from tf_docker_check.resources.probes.supervise import run
from tf_docker_check.resources.probes.system_libraries import system_libraries

RUNGS = {
    "interpreter": interpreter,
    "environment": environment,
    "gpu-exposed": gpu_exposed,
    "gpu-static": gpu_static,
    "libraries": system_libraries,
    "peers": peers,
    "collective": collective,
}
RUNGS.update(COMPUTING)
RUNGS.update(SAVING)
RUNGS.update(ON_GPU)
WITH_TENSORFLOW = ("computing", "saving", "gpu", "collective")
"""Our modules whose lines work on TensorFlow's objects: what is raised there is mostly its doing."""
NOBODYS = (KeyboardInterrupt, SystemExit, MemoryError)  # may be raised anywhere


def climb(settings):
    """Climb `settings["stages"]`, within `settings["seconds"]`. The exit code to end with."""
    channel = open_channel(settings["nonce"])
    deadline = time.monotonic() + settings["seconds"]
    sys.argv[:] = ["probe"]
    code = 0
    for stage, names, seconds in settings["stages"]:
        left = min(seconds, deadline - time.monotonic())
        if left <= 0:
            break
        ended = run(channel, stage, lambda: climb_stage(channel, names), left)
        code = code or ended
    channel.emit("done")
    return code


def climb_stage(channel, names):
    failed_import, kills = False, oom_kills()
    for name in names:
        channel.emit("start", rung=name)
        if failed_import:
            channel.emit("end", rung=name, status="skipped", reason="import failed")
            continue
        status, reason = attempt(channel, RUNGS[name])
        if status == "failed" and oom_kills() > kills:  # a process that the rung had started
            channel.fact("memory.oom_kills", oom_kills() - kills)
        channel.emit("end", rung=name, status=status, reason=reason)
        failed_import = failed_import or (name == "import" and status == "failed")


def attempt(channel, rung):
    try:
        rung(channel.fact)
    except Skip as skip:
        return "skipped", str(skip)
    except Fail as fail:
        return "failed", str(fail)
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: libraries raise both
        channel.fact("exception", type(error).__name__)
        channel.text("".join(traceback.format_exception(type(error), error, theirs(error))))
        if is_bug(error):
            return "errored", "a bug of tf-docker-check, not of the image: " + headline(error)
        return "failed", headline(error)
    return "passed", ""


def is_bug(error):
    """Whether *error* is ours: raised by our own code, on nothing that a package of the image had made."""
    if isinstance(error, NOBODYS):
        return False
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    if not is_ours(trace):
        return False
    return isinstance(error, NameError) or own_module(trace) not in WITH_TENSORFLOW


def theirs(error):
    """The traceback without our own first frames, or all of it where there is nothing else."""
    trace = error.__traceback__
    while trace and is_ours(trace):
        trace = trace.tb_next
    return trace or error.__traceback__


def own_module(trace):
    return trace.tb_frame.f_globals["__name__"].rpartition(".")[2]


def is_ours(trace):
    return trace.tb_frame.f_code.co_filename.startswith("<probe ")


def headline(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    return "%s: %s" % (type(error).__name__, lines[0].strip()[:500]) if lines else type(error).__name__
