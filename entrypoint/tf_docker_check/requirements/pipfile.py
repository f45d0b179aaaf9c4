"""What a Pipfile declares."""

from __future__ import annotations

from tf_docker_check.requirements.declared import Declared, table
from tf_docker_check.requirements.poetry import convert
from tf_docker_check.requirements.pyproject import read_toml


def read_pipfile(text: str, *, development: bool = False) -> Declared:
    """Read the packages of a Pipfile, with *development* those for development too."""
    declared = Declared(text)
    document = read_toml(declared)
    if document is None:
        return declared
    for section in ("packages", "dev-packages")[: 1 + development]:
        declared.seek(f"[{section}]")
        for name, value in table(document, section).items():
            entry = {"version": value} if isinstance(value, str) else table(value)
            requirement = convert(name, entry)
            if requirement is None or requirement.specifier is None:
                declared.note_unread(f"{name:.60} is not from a package index")
            declared.add(requirement, name)
    return declared
