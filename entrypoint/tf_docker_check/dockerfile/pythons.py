"""Which Python a program name, such as ``python3``, stands for in a stage."""

from __future__ import annotations

import re

from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.resources.rows import version

_NAMED = re.compile(r"(?:.*/)?python(?P<version>[23](?:\.[0-9]+)?)?", re.ASCII)
_LINKS = frozenset({"ln", "update-alternatives"})
_NEWER_MEANS_3 = "3.9"
"""From the releases with this Python on, Debian and its kin have no ``python`` that is Python 2."""


def python_called(stage: Stage, program: str) -> str:
    """Return the minor that *program* runs in *stage*; empty where that cannot be told."""
    named = _NAMED.fullmatch(program)
    if named is None:
        return ""
    if "." in (named["version"] or ""):
        return named["version"]
    if linked := _linked(stage, program.rpartition("/")[2]):
        return linked
    if named["version"] == "2":
        return "2.7"
    base = stage.base
    if base.family not in ("cuda", "distribution"):
        return base.python
    old = base.system_python and version(base.system_python) < version(_NEWER_MEANS_3)
    return base.system_python if named["version"] else "2.7" if old else ""


def _linked(stage: Stage, name: str) -> str:
    """The minor of the last Python that a command of the stage links *name* to."""
    minors = (_link(command, name) for step in stage.all_steps for command in step.commands)
    return next(filter(None, reversed(list(minors))), "")


def _link(command: Command, name: str) -> str:
    if command.name not in _LINKS:
        return ""
    names = [named for text in command.texts[1:] if (named := _NAMED.fullmatch(text))]
    to_name = any(text.rpartition("/")[2] == name for text in command.texts[1:])
    return next((one["version"] for one in names if to_name and "." in (one["version"] or "")), "")
