"""Convert Poetry's dependencies, ``tensorflow = "^2.15"``, to requirements."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.requirements.declared import Declared, chosen, table, texts
from tf_docker_check.requirements.requirement import Requirement, parse_requirement

_ELSEWHERE = ("path", "url", "git", "file")


def declare_poetry(
    declared: Declared,
    document: Mapping[str, object],
    extras: Collection[str],
    groups: Collection[str],
    *,
    itself: bool = True,
) -> None:
    """Add what ``tool.poetry`` of a pyproject.toml needs, with *extras* and *groups*; groups alone without *itself*."""
    poetry = table(document, "tool", "poetry")
    wanted = {
        canonicalize_name(name)
        for _, names in chosen(table(poetry, "extras"), extras)
        for name in texts(names)
    }
    tables = [("dependencies", table(poetry, "dependencies"))] if itself else []
    tables += [(name, table(group, "dependencies")) for name, group in chosen(table(poetry, "group"), groups)]
    if "dev" in groups:
        tables.append(("dev-dependencies", table(poetry, "dev-dependencies")))
    for name, dependencies in tables:
        declared.seek(f".{name}")
        for key, value in dependencies.items():
            if canonicalize_name(key) != "python":
                _declare(declared, key, value, wanted)


def _declare(declared: Declared, name: str, value: object, wanted: Collection[str]) -> None:
    """Add one dependency, of which there may be several for different Pythons and systems."""
    for one in value if isinstance(value, list) else [value]:
        entry = one if isinstance(one, Mapping) else {"version": one}
        if entry.get("optional") is True and canonicalize_name(name) not in wanted:
            continue
        requirement = convert(name, entry)
        if requirement is None or requirement.specifier is None:
            declared.note_unread(
                f"{name:.60} is not from a package index"
                if _is_elsewhere(entry)
                else f"{name:.60} is not read"
            )
        declared.add(requirement, name)


def convert(name: str, entry: Mapping[str, object]) -> Requirement | None:
    """Convert a dependency of Poetry or of a Pipfile; without a specifier where its versions are not known."""
    version = entry.get("version", "*")
    specifier = _specifier(version) if isinstance(version, str) and not _is_elsewhere(entry) else None
    extras = ",".join(texts(entry.get("extras")))
    markers = " and ".join(_markers(entry))
    end = f" @ {name}" if specifier is None else specifier
    return parse_requirement(f"{name}[{extras}]{end}{f' ; {markers}' if markers else ''}")


def _is_elsewhere(entry: Mapping[str, object]) -> bool:
    return any(key in entry for key in _ELSEWHERE)


def _markers(entry: Mapping[str, object]) -> Iterator[str]:
    """The conditions of a dependency, as markers."""
    if isinstance(markers := entry.get("markers"), str):
        yield f"({markers})"
    if isinstance(system := entry.get("platform"), str):
        yield f'sys_platform == "{system}"'
    if isinstance(python := entry.get("python"), str):
        clauses = re.findall(r"(<=|>=|==|!=|<|>)\s*([0-9.]+)", _specifier(python) or "")
        yield from (f'python_full_version {operator} "{version}"' for operator, version in clauses)


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
