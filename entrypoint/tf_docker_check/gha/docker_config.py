"""Logins to registries: the runner's own are out of the action's sight, so a workflow hands them over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import Unreadable, is_inside, read_bytes

FILE = "config.json"
MAX_BYTES = 4 * 1024 * 1024


def take_over(given: str, environment: Mapping[str, str], home: Path) -> None:
    """Copy the docker configuration in folder *given* into *home*, for DOCKER_CONFIG to name.

    *given* lies in the workspace or in the runner's temporary folder, links followed. It is copied
    because docker's programs write beside it, as root. Raises UsageError for any other folder.
    """
    workspace = Path(environment.get("GITHUB_WORKSPACE", "."))
    allowed = [workspace, *(Path(name) for name in [environment.get("RUNNER_TEMP", "")] if name)]
    file = workspace / given / FILE
    try:
        if not any(is_inside(file, folder) for folder in allowed):
            raise _refusal(given, "it is neither in the workspace nor in the runner's temporary folder")
        data = read_bytes(file, MAX_BYTES, within=allowed, name=f"its {FILE}")
    except Unreadable as error:
        raise _refusal(given, error.what) from None
    copy = home / FILE
    copy.touch(mode=0o600)
    copy.write_bytes(data)


def _refusal(given: str, why: str) -> UsageError:
    return UsageError(
        f"`docker-config` {one_line(given, 200)!r} cannot be used",
        why=one_line(why, 300),
        remedy=f"write {FILE} into a folder under ${{{{ runner.temp }}}} in an earlier step; "
        "examples/workflows/private-base.yml shows how",
    )
