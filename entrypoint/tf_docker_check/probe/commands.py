"""Run the user's own commands, each in a new container, after the other checks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tf_docker_check.engine.protocol import Engine, RunRequest, RunResult
from tf_docker_check.model.observation import COMMAND, Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, tail
from tf_docker_check.probe.check_specs import NO_TIME
from tf_docker_check.probe.death import container_death, describe_death

TEXT_LINES = 200
NAME_LENGTH = 80


def name_commands(commands: Sequence[str]) -> dict[str, str]:
    """Return each distinct command by its check's name; shortened names that are equal get a number."""
    command_by_name: dict[str, str] = {}
    for number, command in enumerate(dict.fromkeys(commands), 1):
        name = f"{COMMAND}{one_line(command, NAME_LENGTH)}"
        command_by_name[f"{name} (no. {number})" if name in command_by_name else name] = command
    return command_by_name


def run_commands(
    engine: Engine, base: RunRequest, commands: Sequence[str], deadline: float
) -> Iterator[Check]:
    """Yield one check for each command, run by the image's sh, until *deadline* (`time.monotonic`)."""
    shell = engine.find_executable(base.image, ("sh",), base.labels) if commands else ""
    for name, command in name_commands(commands).items():
        left = deadline - time.monotonic()
        if not shell:
            yield Check(name, Status.FAILED, "the image has no sh to run it with")
        elif left < 1:
            yield Check(name, Status.FAILED, NO_TIME, began=False)
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
    death = container_death(end)
    return Check(name, death.status, describe_death(death, end.seconds), end.seconds, text=text, death=death)
