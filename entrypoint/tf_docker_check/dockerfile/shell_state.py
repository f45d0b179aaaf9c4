"""The variables and the folder of a shell while it runs the commands of a RUN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import NamedTuple

from tf_docker_check.dockerfile.conditions import hold
from tf_docker_check.dockerfile.installer import fill
from tf_docker_check.dockerfile.shell import Command

MAX_VARIABLES = 200
"""Variables that the commands of one RUN set and that are followed."""

_DECLARES = frozenset({"export", "declare", "local", "readonly"})
_CHANGES_FOLDER = frozenset({"cd", "pushd"})


class Running(NamedTuple):
    """A command when it runs: the known variables, and the `folder` it runs in. `sure`: it is known to run."""

    command: Command
    values: Mapping[str, str]
    folder: str
    sure: bool


def run_commands(commands: Iterable[Command], values: Mapping[str, str], folder: str) -> Iterator[Running]:
    """Yield the *commands* that may run, with what is known by then. *values*, *folder*: at the start.

    A variable that only a command that may run sets to another value is unknown.
    """
    assigned: dict[str, str | None] = {}
    for command in commands:
        known = values
        if assigned:
            known = {name: value for name, value in {**values, **assigned}.items() if value is not None}
        runs = hold(command.when, known)
        if runs is False:
            continue
        if command.words:
            yield Running(command, known, folder, runs is True)
        if command.name in _CHANGES_FOLDER and len(command.words) == 2:
            folder = join_path(folder, fill(command.words[1].text, known))
        for name, value in _assignments(command, known):
            if len(assigned) >= MAX_VARIABLES and name not in assigned:
                break
            assigned[name] = value if runs or known.get(name) == value else None


def join_path(folder: str, path: str) -> str:
    """*path*, relative to *folder*. One that begins with a variable of no known value is not relative."""
    joined = path if path.startswith(("/", "$", "~")) else join(folder, path)
    return normpath(f"/{joined.lstrip('/')}" if joined.startswith("//") else joined)


def _assignments(command: Command, known: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the variables that *command* sets; None for an unknown value."""
    if command.name in ("for", "read"):
        yield from ((word.text, None) for word in command.words[1:2])
    words = command.words[1:] if command.name in _DECLARES else () if command.words else command.assignments
    for word in words:
        name, equals, value = word.text.partition("=")
        if equals:
            filled = fill(value, known)
            yield name, None if "$" in filled or "`" in filled else filled
