"""What a build needs from this machine, checked before the engine is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.errors import UsageError, join_problems
from tf_docker_check.project.read import is_file, is_folder


def check_input(request: BuildRequest) -> None:
    """Raise a UsageError that lists every context folder and secret that is missing."""
    problems = list(_problems(request))
    if problems:
        raise join_problems(
            problems, "the build cannot start", "provide what is missing, or correct the strategy"
        )


def unreadable_context(why: str) -> UsageError:
    """Return the error for a context that could not be read completely while it was sent."""
    return UsageError(
        "the build context cannot be read",
        why=why,
        remedy="make it readable, or keep it from the build by .dockerignore",
    )


def _problems(request: BuildRequest) -> Iterator[str]:
    if request.context and not is_folder(Path(request.context)):
        yield f"there is no context folder {request.context}"
    for secret in request.secrets:
        if secret.env and secret.env not in os.environ:
            yield f"secret {secret.id}: the environment variable {secret.env} is not set"
        if not secret.env and not is_file(Path(secret.file)):
            yield f"secret {secret.id}: there is no file {secret.file}"
