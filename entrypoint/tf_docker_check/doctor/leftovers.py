"""Report what killed runs have left on the engine and in the folder for temporary files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.labels import PROCESS, RUN
from tf_docker_check.engine.protocol import Trace


def advice(runs: Sequence[Trace], folders: Sequence[str]) -> Iterator[Advice]:
    """Yield what is left of each run, and the command that removes it."""
    for trace in runs:
        run = f"run {trace.labels[RUN]}"
        if trace.ended is False:
            yield Advice("leftovers", Level.FINE, f"{trace}, of {run}, which is under way")
        elif trace.ended:
            finding = f"{trace}, of {run}, whose process was killed"
            remedy = f"the next run on this machine cleans up, or use {removal_command(trace)}"
            yield Advice("leftovers", Level.NOTE, finding, remedy)
        else:
            finding = f"{trace}, of {run}; it cannot be determined from here whether that still runs"
            yield Advice("leftovers", Level.NOTE, finding, f"if it has ended: {removal_command(trace)}")
    if folders:
        finding = (
            f"{len(folders)} temporary folder{'s' * (len(folders) > 1)} of runs whose process was killed"
        )
        remedy = f"the next run on this machine cleans up, or use `rm -r {shlex.join(folders)}`"
        yield Advice("leftovers", Level.NOTE, finding, remedy)


def removal_command(trace: Trace) -> str:
    """Return the command that removes all of *trace*."""
    labels = (f"{name}={trace.labels[name]}" for name in (RUN, PROCESS) if trace.labels.get(name))
    ours = " ".join(f"--filter {shlex.quote(f'label={label}')}" for label in labels)
    commands = {
        "docker rm -f -v": (trace.containers, f"docker ps -aq {ours}"),
        "docker network rm": (trace.networks, f"docker network ls -q {ours}"),
        "docker rmi -f": (trace.images, f"docker images -q {ours}"),
    }
    parts = (f"{remove} $({find})" for remove, (count, find) in commands.items() if count)
    return f"`{'; '.join(parts)}`"
