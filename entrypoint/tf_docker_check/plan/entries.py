"""Strategies as they are written in a configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from tf_docker_check.image.reference import Reference
from tf_docker_check.model.config import Strategy, UserDockerfile

LONGEST_NAME = 40
_PLAIN = re.compile(r"[A-Za-z][\w./-]*", re.ASCII)
_NO_TEXT = re.compile(r"y(?:es)?|no?|true|false|on|off|null", re.IGNORECASE)
_OTHER = re.compile(r"[^a-z0-9._]+")


def name_of(text: str, taken: Collection[str]) -> str:
    """Return a name for a strategy, made of a path or an image, that is not among *taken*."""
    parts = [_OTHER.sub("-", part.lower()).strip("-._") for part in text.split("/")]
    tails = ("-".join(filter(None, parts[start:])) for start in range(len(parts)))
    plain = (
        next((tail for tail in tails if 0 < len(tail) <= LONGEST_NAME), parts[-1][:LONGEST_NAME]) or "image"
    )
    numbers = (f"{plain[: LONGEST_NAME - 4]}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (plain, *numbers) if name not in taken)


def image_name(image: str) -> str:
    """Return the last part of the repository with the tag, such as ``tensorflow-2.17.0-gpu``."""
    reference = Reference.parse(image)
    return f"{reference.repository.rpartition('/')[2]}-{reference.tag}"


def entry(strategy: Strategy) -> str:
    """Return *strategy* as one line below ``strategies``: ``name: {dockerfile: …}``."""
    values: dict[str, Any] = {}
    if strategy.dockerfile:
        values = of_dockerfile(strategy.dockerfile)
        if strategy.on:
            values["on"] = strategy.on
    elif strategy.image:
        values = {"from": strategy.image}
    if strategy.gpu is not None:
        values["gpu"] = strategy.gpu
    return f"{strategy.name}: {flow(values)}"


def of_dockerfile(user: UserDockerfile) -> dict[str, Any]:
    """Return the keys of a strategy that builds *user*."""
    values: dict[str, Any] = {"dockerfile": user.path}
    if user.context != ".":
        values["context"] = user.context
    if user.target:
        values["target"] = user.target
    if user.build_args:
        values["build-args"] = dict(user.build_args)
    return values


def flow(value: object) -> str:
    """Return *value* as YAML on one line."""
    if isinstance(value, Mapping):
        names = ((key if _PLAIN.fullmatch(key) else flow(key), below) for key, below in value.items())
        return "{" + ", ".join(f"{name}: {flow(below)}" for name, below in names) + "}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text) else json.dumps(text)
