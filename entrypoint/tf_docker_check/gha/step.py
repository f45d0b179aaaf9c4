"""The step that runs us: its inputs, the run it is of, and the doors that its tokens open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.comment import Mode
from tf_docker_check.gha.event import Context, read_context
from tf_docker_check.gha.inputs import inputs
from tf_docker_check.gha.names import KEY
from tf_docker_check.model.defaults import FAIL_ON, RESULTS_FOLDER
from tf_docker_check.model.text import one_line

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

FLAGS = {"summary": True, "annotations": True, "artifact": True, "check-run": False}
"""Inputs that are true or false, with what they are where they are not given."""


@dataclass(frozen=True)
class Step:
    """`runner` is the environment as it was given, tokens included: no build may inherit it."""

    given: Mapping[str, str]
    run: Context
    runner: Mapping[str, str]
    workspace: Path

    @property
    def token(self) -> str:
        """GitHub's; empty where the step was given none."""
        return self.given.get("github-token", "")

    @property
    def key(self) -> str:
        """What keeps two checks of one repository apart."""
        return self.given.get("comment-key", "default")

    @property
    def comment_mode(self) -> Mode:
        """When the pull request is commented on."""
        return cast(Mode, self.given.get("comment-mode", "changes"))

    @property
    def folder(self) -> str:
        """Where files go, relative to the workspace."""
        return self.given.get("results-path", RESULTS_FOLDER)

    def wants(self, flag: str) -> bool:
        """Whether the input *flag* is true."""
        return self.given.get(flag, str(FLAGS[flag]).lower()) == "true"

    @cached_property
    def github(self) -> GitHub:
        """The repository as the token may see it; one connection, and one patience, for the whole step."""
        from tf_docker_check.github.client import connect

        return connect(self.token, self.run.repository, api_url=self.run.api)


def read_step(environment: Mapping[str, str]) -> Step:
    """The step that *environment* tells of. Raises UsageError for wrong inputs, and without a runner."""
    given = inputs(environment)
    _refuse(given)
    workspace = environment.get("GITHUB_WORKSPACE")
    if not workspace:
        raise UsageError(
            "GITHUB_WORKSPACE is not set",
            why="this verb is how the GitHub Action starts the program",
            remedy="use `tf-docker-check run` locally, or `uses: org/tf-docker-check@v1` in a workflow",
        )
    return Step(given, read_context(environment), dict(environment), Path(workspace))


def _refuse(given: Mapping[str, str]) -> None:
    choices = {"comment-mode": get_args(Mode), "fail-on": FAIL_ON, **dict.fromkeys(FLAGS, ("true", "false"))}
    for name, allowed in choices.items():
        if given.get(name, allowed[0]) not in allowed:
            problem = one_line(given[name], 80)
            raise UsageError(f"input {name}: {problem!r} is none of {', '.join(allowed)}")
    if not KEY.fullmatch(given.get("comment-key", "default")):
        raise UsageError(
            f"input comment-key: {one_line(given['comment-key'], 80)!r} is no key",
            remedy="use at most 50 letters, digits, dots and underscores",
        )
