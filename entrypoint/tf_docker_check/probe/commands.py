"""The user's own commands, each in a fresh container after the ladder."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tf_docker_check.engine.protocol import Engine, RunRequest, RunResult
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, tail
from tf_docker_check.probe.death import how, of_container

TEXT_LINES = 200
NAME_LENGTH = 80


def named(commands: Sequence[str]) -> dict[str, str]:
    """Each command, once, by the name of its check; where cut names would be equal they are numbered."""
    found: dict[str, str] = {}
    for number, command in enumerate(dict.fromkeys(commands), 1):
        name = f"command: {one_line(command, NAME_LENGTH)}"
        found[f"{name} (no. {number})" if name in found else name] = command
    return found


def run_commands(
    engine: Engine, base: RunRequest, commands: Sequence[str], deadline: float
) -> Iterator[Check]:
    """One check for each command, run by the image's sh; all are over by *deadline* (monotonic)."""
    shell = engine.find_executable(base.image, ("sh",), base.labels) if commands else ""
    for name, command in named(commands).items():
        left = deadline - time.monotonic()
        if not shell:
            yield Check(name, Status.FAILED, "the image has no sh to run it with")
        elif left < 1:
            yield Check(name, Status.FAILED, "no time was left for it: the cell's time limit is used up")
        else:
            yield _judge(name, _run(engine, base, shell, command, left))


def _run(engine: Engine, base: RunRequest, shell: str, command: str, seconds: float) -> RunResult:
    return engine.run(replace(base, entrypoint=(shell,), command=("-c", command), timeout=seconds))


def _judge(name: str, ran: RunResult) -> Check:
    end = ran.exit
    text = tail(ran.output.decode("utf-8", "replace"), TEXT_LINES)
    if ran.error:
        status = Status.FAILED if ran.image_at_fault else Status.ERRORED
        return Check(name, status, one_line(ran.error), end.seconds, text=text)
    if end.code == 0 and not end.timed_out:
        return Check(name, Status.PASSED, seconds=end.seconds, text=text)
    death = of_container(end)
    return Check(name, death.status, how(death, end.seconds), end.seconds, text=text, death=death)
