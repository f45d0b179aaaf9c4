"""action.yml of a container action: action_yaml.json, ActionManifestManager.cs, Handlers/Handler.cs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Contexts = Mapping[str, Mapping[str, str]]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_PATH = re.compile(r"([a-z]+)\.([A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Action:
    """A container action. `image` is ``Dockerfile`` or ``docker://…``."""

    defaults: Mapping[str, str]
    image: str
    entrypoint: str
    args: tuple[str, ...]
    environment: Mapping[str, str]
    post: str


def load(path: Path) -> Action:
    """Read the action in the folder *path*. What this emulation leaves out, it may not use."""
    told = yaml.load((path / "action.yml").read_text(), yaml.BaseLoader)
    runs: Mapping[str, Any] = told["runs"]
    assert runs["using"] == "docker"
    assert not {"pre-entrypoint", "pre-if", "post-if"} & set(runs)
    return Action(
        {name: given.get("default", "") for name, given in told.get("inputs", {}).items()},
        runs["image"],
        runs.get("entrypoint", ""),
        tuple(runs.get("args", ())),
        runs.get("env", {}),
        runs.get("post-entrypoint", ""),
    )


def image_command(action: Action, folder: Path, tag: str, arguments: Mapping[str, str]) -> list[str]:
    """How the runner gets the action's image: built in the action's own folder, or pulled as it is.

    *arguments* are build arguments, which the runner has none of: here they may name a base at hand.
    """
    if action.image.startswith("docker://"):
        return ["docker", "pull", "--quiet", action.image.removeprefix("docker://")]
    given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    file = folder / action.image
    return ["docker", "build", "--quiet", *given, "--tag", tag, "--file", str(file), str(file.parent)]


def evaluated(text: str, contexts: Contexts) -> str:
    """*text* with each ``${{ context.name }}`` in it looked up; more of the language is not needed."""

    def look(found: re.Match[str]) -> str:
        path = _PATH.fullmatch(found[1])
        if not path or path[1] not in contexts:
            raise ValueError(f"not an expression that an action may use here: {found[0]}")
        return contexts[path[1]].get(path[2], "")

    return _EXPRESSION.sub(look, text)


def inputs(action: Action, given: Mapping[str, str], contexts: Contexts) -> dict[str, str]:
    """Every declared input, its default where none is given, and what else was given."""
    defaults = {name: evaluated(value, contexts) for name, value in action.defaults.items()}
    return {**defaults, **{name.lower(): value for name, value in given.items()}}


def as_environment(values: Mapping[str, str]) -> dict[str, str]:
    """Inputs as variables: upper case, spaces become underscores, dashes stay."""
    return {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in values.items()}
