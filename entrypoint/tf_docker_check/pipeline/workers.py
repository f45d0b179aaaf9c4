"""Say that a project trains on several workers, and how two of them are checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tf_docker_check.model.config import Config
from tf_docker_check.project.programs import HOROVOD, find_programs

CHECKS = ("distributed-bridge", "distributed-host")
NAMED = 3
"""Programs that a note names."""


def with_worker_note(config: Config, project: Path) -> Config:
    """Add a note where programs of the project have several workers and no check of the configuration has two."""
    checks = config.checks
    if checks.profile == "full" or checks.distributed_commands or not set(checks.enable).isdisjoint(CHECKS):
        return config
    programs = find_programs(project)
    if not programs:
        return config
    named = ", ".join(f"{one} ({one.means})" for one in programs[:NAMED])
    more = f" and {len(programs) - NAMED} more" if len(programs) > NAMED else ""
    own = next((one for one in programs if one.means != HOROVOD), None)
    note = (
        f"several workers are meant: {named}{more}; `checks: {{enable: [{', '.join(CHECKS)}]}}` checks that two "
        "workers of each image train together"
    )
    note += f", and `distributed-commands: [python {own.file}]` runs your own program as two" if own else ""
    return replace(config, notes=(*config.notes, note))
