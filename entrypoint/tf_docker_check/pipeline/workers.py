"""Say that a project trains on several workers, and how two of them are checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tf_docker_check.errors import CheckError
from tf_docker_check.model.config import Config
from tf_docker_check.model.program import Program
from tf_docker_check.model.text import one_line
from tf_docker_check.project.programs import HOROVOD, find_programs, read_dockerfile

CHECKS = ("distributed-bridge", "distributed-host")
NAMED = 3
"""Programs that a note names."""


def with_worker_note(config: Config, project: Path) -> Config:
    """Add a note where programs of the project have several workers and no check of the configuration has two."""
    checks = config.checks
    if checks.profile == "full" or checks.distributed_commands or not set(checks.enable).isdisjoint(CHECKS):
        return config
    programs = (*find_programs(project), *_dockerfiles(config, project))
    if not programs:
        return config
    named = ", ".join(f"{one} ({one.means})" for one in programs[:NAMED])
    more = f" and {len(programs) - NAMED} more" if len(programs) > NAMED else ""
    own = next((one for one in programs if one.means != HOROVOD and one.file.endswith(".py")), None)
    note = (
        f"several workers are meant: {named}{more}; `checks: {{enable: [{', '.join(CHECKS)}]}}` checks that two "
        "workers of each image train together"
    )
    note += f", and `distributed-commands: [python {own.file}]` runs your own program as two" if own else ""
    return replace(config, notes=(*config.notes, note))


def _dockerfiles(config: Config, project: Path) -> Iterator[Program]:
    """Yield the Dockerfiles that bring what several workers need; one that cannot be read is told elsewhere."""
    from tf_docker_check.builder.text import read_dockerfile as read_text  # imports the engine

    users = dict.fromkeys(strategy.dockerfile for strategy in config.known if strategy.dockerfile)
    for path, user in {user.path: user for user in users}.items():
        with suppress(CheckError):
            if program := read_dockerfile(one_line(path, 200), read_text(project, user)):
                yield program
