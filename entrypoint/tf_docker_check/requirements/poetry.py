"""Convert Poetry's dependencies, ``tensorflow = "^2.15"``, to requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.requirements.requirement import Requirement, parse_requirement

_CONDITIONS = frozenset({"python", "platform", "markers", "optional", "path", "url", "git"})
"""Keys of a dependency that does not always hold, or comes from elsewhere."""


def poetry_requirements(document: Mapping[str, object]) -> Iterator[tuple[str, Requirement]]:
    """Yield the dependencies in ``tool.poetry`` of a pyproject.toml, with their keys.

    Conditional dependencies and those without versions are skipped.
    """
    table: Mapping[str, Any] = document
    for key in ("tool", "poetry", "dependencies"):
        inner = table.get(key)
        table = inner if isinstance(inner, Mapping) else {}
    for name, value in table.items():
        if name != "python" and (requirement := _requirement(name, value)):
            yield name, requirement


def _requirement(name: str, value: Any) -> Requirement | None:  # noqa: ANN401 - whatever TOML holds
    extras = None
    if isinstance(value, Mapping) and _CONDITIONS.isdisjoint(value):
        value, extras = value.get("version"), value.get("extras")
    specifier = _specifier(value) if isinstance(value, str) else None
    if specifier is None:
        return None
    names = [extra for extra in extras if isinstance(extra, str)] if isinstance(extras, list) else []
    requirement = parse_requirement(f"{name}[{','.join(names)}]{specifier}")
    return requirement if requirement and requirement.specifier is not None else None


def _specifier(text: str) -> str | None:
    """*text* as pip writes it; None for alternatives (``||``) and for what is no version."""
    if "|" in text:
        return None
    try:
        return ",".join(filter(None, map(_clause, text.split(","))))
    except InvalidVersion:
        return None


def _clause(text: str) -> str:
    text = text.strip()
    if text == "*":
        return ""
    if text.startswith("^"):
        least = parse_version(text[1:].strip())
        kept = next((index for index, number in enumerate(least.release) if number), len(least.release) - 1)
        return _up_to(least, kept)
    if text.startswith("~") and not text.startswith("~="):
        least = parse_version(text[1:].strip())
        return _up_to(least, min(1, len(least.release) - 1))
    return f"=={text}" if re.match(r"[0-9]", text) else text


def _up_to(least: Version, kept: int) -> str:
    """From *least* on, its numbers up to the one at *kept* unchanged."""
    above = (*least.release[:kept], least.release[kept] + 1)
    return f">={least},<{'.'.join(map(str, above))}"
