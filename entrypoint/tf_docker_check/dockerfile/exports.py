"""Requirement files that a command writes from a project: ``poetry export``, ``uv export``, ``pipenv requirements``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tf_docker_check.dockerfile.install_options import split_options, values_of
from tf_docker_check.dockerfile.installer import Kind
from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.path_content import Declaration, Find
from tf_docker_check.dockerfile.project import read_project_files
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.requirements.requirement import Target

_EXPORTS: Mapping[tuple[str, str], Kind] = {
    ("poetry", "export"): Kind.POETRY,
    ("uv", "export"): Kind.UV,
    ("pdm", "export"): Kind.PDM,
    ("pipenv", "requirements"): Kind.PIPENV,
    ("pipenv", "lock"): Kind.PIPENV,
}
_OUTPUTS = ("-o", "--output", "--output-file")


def exported(
    command: Command, words: Sequence[Word], find: Find, target: Target
) -> tuple[str, tuple[Declaration, ...]] | None:
    """The path that *command* writes requirements to, and what they are; None where it is no such command."""
    start = 2 if command.name == "python" or command.name.startswith("python3") else 0  # python -m poetry
    name = words[start].text.rpartition("/")[2] if len(words) > start + 1 else ""
    kind = _EXPORTS.get((name, words[start + 1].text)) if name else None
    if kind is None:
        return None
    written = [word.text for operator, word in command.redirects if operator in (">", "1>")]
    written += values_of([word.text for word in words], *_OUTPUTS)
    if not written:
        return None
    arguments = [word for word in words[start + 2 :] if not word.text.startswith("--output")]
    options = split_options(arguments)
    return written[0], tuple(read_project_files(".", find, target, tool=kind, options=options))
