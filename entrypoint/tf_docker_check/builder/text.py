"""Read a user's Dockerfile and its ignore file; nothing outside the project."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tf_docker_check.builder.whole_copy import whole_copy_line
from tf_docker_check.dockerfile.stage import base_stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.model.config import UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import Absent, Unreadable, is_file, is_folder, is_inside, read_text

MAX_BYTES = 1024 * 1024
"""A Dockerfile of a megabyte is not a Dockerfile."""

_SPECIAL = re.compile(r"[][*?\\!#]")
_ESCAPED = r"\\\g<0>"


def read_dockerfile(project: Path, user: UserDockerfile) -> str:
    """Read *user*'s Dockerfile. Raises UsageError if it or its context cannot be used."""
    _refuse_outside(project, user.context)
    if not is_folder(project / user.context):
        raise UsageError(
            f"the build context {one_line(user.context, 200)!r} is not a folder of {project}",
            remedy="set `context` of this strategy to the folder that its COPY lines start from",
        )
    return _read(project, user.path)


def read_dockerignore(project: Path, user: UserDockerfile) -> str:
    """Read the ignore file that belongs to this Dockerfile; empty if there is none."""
    name = f"{user.path}.dockerignore"
    return _read(project, name) if is_file(project / name) else ""


def ignore_results(project: Path, user: UserDockerfile, own: str, results: Path) -> str:
    """Return the ignore file to build with: what counts without us, and our results where they are in the context.

    *own*: the text of the Dockerfile's own ignore file. It stays as it is where the results lie elsewhere, and
    where the context's ignore file cannot be read.
    """
    context, folder = (os.path.realpath(path) for path in (project / user.context, results))
    if folder == context or not Path(folder).is_relative_to(context):
        return own
    text = own
    if not own:
        try:
            text = read_text(Path(context, ".dockerignore"), MAX_BYTES, within=[project], utf16=False)
        except Absent:
            text = ""
        except Unreadable:
            return own
    return f"{text}\n{_SPECIAL.sub(_ESCAPED, Path(folder).relative_to(context).as_posix())}\n"


def _refuse_outside(project: Path, name: str) -> None:
    """Raise UsageError for a path outside the project: a pull request must not read or package other files."""
    if not is_inside(project / name, project):
        raise UsageError(
            f"{one_line(name, 200)!r} leads out of the project",
            why="what is built lies in the project's folder, links followed",
            remedy="name the folder that holds it all as the project",
        )


def _read(project: Path, name: str) -> str:
    try:  # builders read no UTF-16
        return read_text(project / name, MAX_BYTES, within=[project], name=one_line(name, 200), utf16=False)
    except Unreadable as error:
        remedy = error.remedy or "set `dockerfile` of this strategy to a path relative to the project"
        raise UsageError(error.what, remedy=remedy) from None


def unreadable(project: Path, recipes: tuple[Recipe, ...]) -> list[str]:
    """Return one line for each user Dockerfile of *recipes* that cannot be used, before anything is built."""
    problems: dict[str, None] = {}
    for recipe in recipes:
        try:
            if recipe.user:
                _refuse_unbuildable(project, recipe.user, on=bool(recipe.base or recipe.parent))
        except CheckError as error:
            problems[error.what] = None
    return list(problems)


def _refuse_unbuildable(project: Path, user: UserDockerfile, *, on: bool) -> None:
    """Raise CheckError where *user*'s Dockerfile cannot be built; *on*: on another base than its own."""
    text = read_dockerfile(project, user)
    stages = read_stages(text, dict(user.build_args), file=user.path)
    base = base_stage(stages, user.target)
    if on and base.image == "scratch":
        raise UsageError(
            f"{user.path}:{base.line}: it is built `FROM scratch`, so its base cannot be replaced; "
            "omit `on` from this strategy, or set `target` to the stage that uses the base"
        )
    if on and (line := whole_copy_line(text, stages, target_stage(stages, user.target))):
        raise UsageError(
            f"{user.path}:{line}: this COPY replaces everything in the image, so its base cannot be "
            "replaced; omit `on` from this strategy, or set `target` to the stage that it copies from"
        )
