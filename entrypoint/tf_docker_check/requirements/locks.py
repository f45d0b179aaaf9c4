"""The packages that lock files pin: of Poetry, uv, PDM, Pipenv, and pylock.toml (PEP 751)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from tf_docker_check.requirements.declared import MAX_DECLARED, Declared, chosen, table, texts
from tf_docker_check.requirements.pyproject import read_toml
from tf_docker_check.requirements.requirement import Requirement, Target, parse_requirement

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")


@dataclass
class _Package:
    """A package of a lock: what it is pinned to, and the names that it needs, each with a marker.

    `written`: its name as it stands there.
    """

    written: str
    version: str
    marker: str = ""
    needs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return canonicalize_name(self.written)

    def requirement(self) -> Requirement | None:
        marker = f" ; {self.marker}" if self.marker else ""
        return parse_requirement(f"{self.name}=={self.version}{marker}")


def read_lock(
    text: str,
    target: Target,
    roots: Collection[str] = (),
    extras: Collection[str] = (),
    groups: Collection[str] = (),
) -> Declared:
    """Read what a TOML lock installs on *target*, for the project with *extras* and *groups*.

    It is what *roots*, or else the packages that no other needs, lead to.
    """
    declared = Declared(text)
    document = read_toml(declared)
    if document is None:
        return declared
    entries = document.get("package", document.get("packages"))
    packages: dict[str, list[_Package]] = {}
    for one in entries if isinstance(entries, list) else ():
        if isinstance(one, Mapping) and (package := _package(one, extras, groups)):
            packages.setdefault(package.name, []).append(package)
    reached = _reached(packages, target, roots)
    for package in (one for name, group in packages.items() if name in reached for one in group):
        if package.version:
            declared.add(package.requirement(), f'\nname = "{package.written}"')
    return declared


def read_pipfile_lock(text: str, *, development: bool = False) -> Declared:
    """Read what a Pipfile.lock pins."""
    declared = Declared(text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        declared.note_unread("it is not JSON")
        return declared
    for section in ("default", "develop")[: 1 + development]:
        for name, entry in table(document, section).items():
            version, marker = (table(entry).get(key) for key in ("version", "markers"))
            if isinstance(version, str):
                declared.add(
                    parse_requirement(f"{name}{version}{f' ; {marker}' if marker else ''}"), f'"{name}"'
                )
            else:
                declared.note_unread(f"{name:.60} is not from a package index")
    return declared


def _package(
    entry: Mapping[str, object], extras: Collection[str], groups: Collection[str]
) -> _Package | None:
    name, version = entry.get("name"), entry.get("version", "")
    if not isinstance(name, str) or not isinstance(version, str):
        return None
    marker = next((entry[key] for key in ("marker", "markers") if isinstance(entry.get(key), str)), "")
    source = table(entry, "source")
    itself = not {"virtual", "editable", "directory", "path"}.isdisjoint(source)
    package = _Package(name, "" if itself else version, str(marker))
    package.needs = list(_needs(entry.get("dependencies")))
    wanted = (("optional-dependencies", extras), ("dev-dependencies", groups)) if itself else ()
    for key, names in wanted:
        package.needs += [need for _, group in chosen(table(entry, key), names) for need in _needs(group)]
    return package


def _needs(dependencies: object) -> Iterator[tuple[str, str]]:
    """The names that a package needs and their markers: as PEP 508, uv or Poetry write them."""
    if isinstance(dependencies, Mapping):
        for name, value in dependencies.items():
            for one in value if isinstance(value, list) else [value]:
                marker = one.get("markers") if isinstance(one, Mapping) else None
                yield canonicalize_name(name), marker if isinstance(marker, str) else ""
        return
    for line in texts(dependencies):
        if requirement := parse_requirement(line):
            yield requirement.name, str(requirement.marker or "")
    for one in dependencies if isinstance(dependencies, list) else ():
        if isinstance(one, Mapping) and isinstance(name := one.get("name"), str):
            marker = one.get("marker")
            yield canonicalize_name(name), marker if isinstance(marker, str) else ""


def _reached(packages: Mapping[str, list[_Package]], target: Target, roots: Collection[str]) -> set[str]:
    """The names that *roots* lead to on *target*."""
    needed = {name for group in packages.values() for one in group for name, _ in one.needs}
    projects = [name for name, group in packages.items() if not group[0].version]
    waiting: list[str] = [canonicalize_name(name) for name in roots] or projects
    waiting = waiting or [name for name in packages if name not in needed]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached or name not in packages or len(reached) > MAX_DECLARED:
            continue
        reached.add(name)
        waiting += [
            other for package in packages[name] for other, marker in package.needs if _applies(marker, target)
        ]
    return reached


def _applies(marker: str, target: Target) -> bool:
    requirement = parse_requirement(f"x ; {marker}") if marker else None
    return requirement is None or requirement.applies_to(target)
