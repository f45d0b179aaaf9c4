"""What a pyproject.toml declares: the standard's tables, Poetry's, and groups."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping

from packaging.utils import canonicalize_name

from tf_docker_check.requirements.declared import Declared, Place, chosen, table, texts
from tf_docker_check.requirements.poetry import declare_poetry
from tf_docker_check.requirements.requirement import parse_requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MOST_INCLUDED = 100  # groups and extras that others name


def read_toml(declared: Declared) -> Mapping[str, object] | None:
    """Parse the text of *declared*, which notes that it is not TOML; None then."""
    try:
        return tomllib.loads(declared.text)
    except (ValueError, RecursionError):  # ValueError also for numbers of more than 4,300 digits
        declared.note_unread("it is not TOML")
        return None


def read_pyproject(
    text: str, extras: Collection[str] = (), groups: Collection[str] = (), *, itself: bool = True
) -> Declared:
    """Read what the project of this pyproject.toml needs, with *extras* and dependency *groups*.

    Without *itself* only the groups count.
    """
    declared = Declared(text)
    document = read_toml(declared)
    if document is None:
        return declared
    if itself:
        _standard(declared, document, extras)
    _groups(declared, document, groups)
    declare_poetry(declared, document, extras, groups, itself=itself)
    return declared


def needs_setup(text: str) -> bool:
    """Whether setup.py or setup.cfg says what the project of this pyproject.toml needs."""
    document = read_toml(Declared(text))
    if document is None:
        return False
    project = table(document, "project")
    if "name" not in project:
        return not table(document, "tool", "poetry")
    dynamic = project.get("dynamic")
    return isinstance(dynamic, list) and "dependencies" in dynamic and not _dynamic(document)


def _standard(declared: Declared, document: Mapping[str, object], extras: Collection[str]) -> None:
    project = table(document, "project")
    declared.admits = _python(declared.text, project.get("requires-python"))
    declared.seek("dependencies")
    for line in texts(project.get("dependencies")):
        declared.add_line(line)
    declared.files += _dynamic(document)
    optional, name = table(project, "optional-dependencies"), project.get("name")
    own = canonicalize_name(name) if isinstance(name, str) else ""
    seen, waiting = set[str](), list(extras)
    while waiting and len(seen) < _MOST_INCLUDED:
        for extra, lines in chosen(optional, [waiting.pop()]):
            if extra in seen:
                continue
            seen.add(extra)
            declared.seek(extra)
            for line in texts(lines):
                requirement = parse_requirement(line)
                if requirement and requirement.name == own:
                    waiting += requirement.extras
                else:
                    declared.add_line(line)


def _python(text: str, wanted: object) -> Place | None:
    """The Pythons that the project admits, as if ``python`` were one of its requirements."""
    requirement = parse_requirement(f"python{wanted}") if isinstance(wanted, str) else None
    if requirement is None or not requirement.specifier:
        return None
    start = max(text.find("requires-python"), 0)
    return Place(start, start + len("requires-python"), requirement)


def _dynamic(document: Mapping[str, object]) -> list[str]:
    """The requirement files that setuptools takes the dependencies from."""
    file = table(document, "tool", "setuptools", "dynamic", "dependencies").get("file")
    return [file] if isinstance(file, str) else list(texts(file))


def _groups(declared: Declared, document: Mapping[str, object], names: Collection[str]) -> None:
    groups = table(document, "dependency-groups")
    seen, waiting = set[str](), list(names)
    while waiting and len(seen) < _MOST_INCLUDED:
        for group, entries in chosen(groups, [waiting.pop()]):
            if group in seen or not isinstance(entries, list):
                continue
            seen.add(group)
            declared.seek(group)
            for entry in entries:
                if isinstance(entry, str):
                    declared.add_line(entry)
                elif isinstance(entry, Mapping) and isinstance(other := entry.get("include-group"), str):
                    waiting.append(other)
