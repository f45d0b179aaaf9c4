"""The action's inputs, as the runner hands them over."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

PREFIX = "INPUT_"


def inputs(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The inputs that were given, by the names action.yml gives them.

    The runner upper-cases names, keeps their dashes, and sets every declared input, empty where the
    user gave none: empty means absent here. White space around a value is dropped.
    """
    given = {
        name[len(PREFIX) :].lower(): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    return {name: value for name, value in given.items() if name and value}


def forget(environment: MutableMapping[str, str]) -> None:
    """Drop the action's inputs and the runner's own tokens from *environment*.

    Builds inherit it, and a pull request's configuration may name any variable of it as a secret.
    """
    for name in [name for name in environment if name.startswith((PREFIX, "ACTIONS_"))]:
        del environment[name]
