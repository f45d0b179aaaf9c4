"""What conda is asked for: specs such as ``tensorflow=2.15``, and environment.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tf_docker_check.errors import UsageError
from tf_docker_check.project.yaml_nodes import compose
from tf_docker_check.requirements.declared import MAX_DECLARED, Declared, Place
from tf_docker_check.requirements.files import INCLUDES, split_option
from tf_docker_check.requirements.requirement import Requirement, parse_requirement

_SPEC = re.compile(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9][\w.-]*)(?P<versions>[=<>!~ ].*)?", re.ASCII)
_PIN = re.compile(r"={1,2}\s*(?P<version>\d\w*(?:\.\w+)*)(?P<any>\.?\*)?(?:=.*)?", re.ASCII)
_SPACED_PIN = re.compile(r"\s+(?P<version>\d[\w.]*)(?:\s+\S+)?", re.ASCII)


@dataclass
class CondaEnvironment(Declared):
    """What an environment.yml declares: `requirements` of conda, and in `by_pip` those of its pip section.

    `name`: of the environment; `python`: the minor it asks for, where it does.
    """

    by_pip: Declared = field(default_factory=lambda: Declared(""))
    name: str = ""
    python: str = ""


def conda_requirement(text: str) -> Requirement | None:
    """Parse a conda spec: ``tensorflow=2.20`` is any 2.20, ``channel::name`` is of a channel."""
    match = _SPEC.fullmatch(text.strip())
    if match is None:
        return None
    versions = match["versions"] or ""
    pin = _PIN.fullmatch(versions) or _SPACED_PIN.fullmatch(versions)
    if pin is None:
        return parse_requirement(match["name"] + versions)
    exact = versions.startswith(("==", " ")) or versions.count("=") > 1
    is_any = pin.groupdict().get("any")
    return parse_requirement(f"{match['name']}=={pin['version']}{'' if exact and not is_any else '.*'}")


def read_specs(text: str) -> Iterator[tuple[int, int, Requirement]]:
    """Yield start, end and requirement of each spec in a file with one a line."""
    at = 0
    for line in text.splitlines(keepends=True):
        spec = line.partition("#")[0].strip()
        if spec and not spec.startswith("@") and (requirement := conda_requirement(spec)):
            start = at + line.index(spec)
            yield start, start + len(spec), requirement
        at += len(line)


def python_of_spec(requirement: Requirement) -> str:
    """The minor of the Python that a conda spec asks for; empty where it asks for none, or not for one minor."""
    if requirement.name != "python" or requirement.specifier is None:
        return ""
    clauses = [clause for clause in requirement.specifier if clause.operator == "=="]
    numbers = re.match(r"\d+\.\d+", clauses[0].version) if len(clauses) == 1 else None
    return numbers[0] if numbers else ""


def read_environment(text: str, file: str) -> CondaEnvironment:
    """Read an environment.yml, which is called *file*."""
    declared = CondaEnvironment(text, by_pip=Declared(text))
    try:
        top = compose(text, file)
    except UsageError:
        declared.note_unread("it is not YAML")
        return declared
    for key, value in _entries(top):
        if key == "name" and isinstance(value, yaml.ScalarNode):
            declared.name = value.value
        elif key == "dependencies" and isinstance(value, yaml.SequenceNode):
            for node in value.value[:MAX_DECLARED]:
                _add(declared, node)
    return declared


def _entries(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield key.value, value


def _add(declared: CondaEnvironment, node: yaml.Node) -> None:
    if isinstance(node, yaml.ScalarNode):
        requirement = conda_requirement(node.value)
        if requirement is None:
            declared.note_unread(f"{node.value:.60} is not a conda spec")
        else:
            declared.python = declared.python or python_of_spec(requirement)
            declared.requirements.append(_place(node, requirement))
    for key, value in _entries(node):
        if key == "pip" and isinstance(value, yaml.SequenceNode):
            for inner in value.value[:MAX_DECLARED]:
                if isinstance(inner, yaml.ScalarNode):
                    _add_for_pip(declared.by_pip, inner)


def _add_for_pip(declared: Declared, node: yaml.ScalarNode) -> None:
    text = node.value
    if text.startswith("-"):
        name, value = split_option(text)
        if INCLUDES.get(name) is False:
            declared.files.append(value)
        elif name in ("-e", "--editable", "-c", "--constraint"):
            declared.note_unread(f"{text:.60} is not read")
    elif requirement := parse_requirement(text):
        declared.requirements.append(_place(node, requirement))
    else:
        declared.note_unread(f"{text:.60} is not a requirement")


def _place(node: yaml.ScalarNode, requirement: Requirement) -> Place:
    quotes = int(node.style in ("'", '"'))
    return Place(node.start_mark.index + quotes, node.end_mark.index - quotes, requirement)
