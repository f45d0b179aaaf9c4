"""What a pyproject.toml asks for in Poetry's own words, ``tensorflow = "^2.15"``, as requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

_LIMITED = frozenset({"python", "platform", "markers", "optional", "path", "url", "git"})
"""Keys of a dependency that holds only here and there, or comes from elsewhere."""


def poetry_requirements(document: Mapping[str, object]) -> Iterator[Requirement]:
    """The dependencies of ``tool.poetry`` that always hold and name versions; others are passed over."""
    found: object = document
    for key in ("tool", "poetry", "dependencies"):
        found = found.get(key) if isinstance(found, Mapping) else None
    for name, said in found.items() if isinstance(found, Mapping) else ():
        if isinstance(said, Mapping) and _LIMITED.isdisjoint(said):
            said = said.get("version")  # noqa: PLW2901 - the long form of the same
        specifier = _specifier(said) if isinstance(said, str) else None
        if name == "python" or specifier is None:
            continue
        try:
            yield Requirement(f"{name}{specifier}")
        except InvalidRequirement:
            continue


def _specifier(said: str) -> str | None:
    """*said* as pip writes it; None for alternatives (``||``) and for what is no version."""
    if "|" in said:
        return None
    try:
        return ",".join(filter(None, map(_clause, said.split(","))))
    except InvalidVersion:
        return None


def _clause(said: str) -> str:
    said = said.strip()
    if said == "*":
        return ""
    if said.startswith("^"):
        least = Version(said[1:].strip())
        kept = next((index for index, number in enumerate(least.release) if number), len(least.release) - 1)
        return _up_to(least, kept)
    if said.startswith("~") and not said.startswith("~="):
        least = Version(said[1:].strip())
        return _up_to(least, min(1, len(least.release) - 1))
    return f"=={said}" if re.match(r"\d", said) else said


def _up_to(least: Version, kept: int) -> str:
    """From *least* on, its numbers up to the one at *kept* unchanged."""
    above = (*least.release[:kept], least.release[kept] + 1)
    return f">={least},<{'.'.join(map(str, above))}"
