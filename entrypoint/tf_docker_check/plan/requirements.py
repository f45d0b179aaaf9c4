"""Collect a project's requirements, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.plan.reading import Note, read_text
from tf_docker_check.requirements.files import RequirementSet
from tf_docker_check.requirements.pyproject import read_pyproject
from tf_docker_check.requirements.requirement import ANY_TARGET, Requirement, Target

MAX_FILES = 50
PYPROJECT = "pyproject.toml"


@dataclass(frozen=True)
class Spec:
    """A requirement, and the file and line (from 1) it is written in."""

    file: str
    line: int
    requirement: Requirement


@dataclass(frozen=True)
class _File:
    name: str
    text: str


def requirement_specs(project: Path, note: Note = lambda _: None, target: Target = ANY_TARGET) -> list[Spec]:
    """Return the requirements of requirements.txt, pyproject.toml and other files, in this order.

    Each file is read once. Options, paths, URLs and what does not apply to *target* are skipped;
    *note* is called for files that cannot be read.
    """

    def lookup(path: str) -> _File | None:
        text = read_text(project, path, note)
        return None if text is None else _File(path, text)

    specs: list[Spec] = []
    read_already: set[str] = set()
    for name in _requirement_files(project):
        if name == PYPROJECT:
            text = read_text(project, name, note)
            specs += _pyproject_specs(text, note, target) if text is not None else ()
        elif name not in read_already:
            reading = RequirementSet(lookup, target, files=[_File(other, "") for other in read_already])
            reading.include(name)
            read_already.update(file.name for file in reading.files)
            specs += [Spec(line.file.name, line.number, line.requirement) for line in reading.constrained()]
    return specs


def tensorflow_specs(specs: Sequence[Spec]) -> list[Spec]:
    """Return the *specs* that name TensorFlow in the first file that does; other files are alternatives."""
    named = [spec for spec in specs if spec.requirement.brings_release]
    return [spec for spec in named if spec.file == named[0].file]


def _requirement_files(project: Path) -> list[str]:
    paths = (*project.glob("requirements*.txt"), *project.glob("requirements/*.txt"))
    others = sorted(path.relative_to(project).as_posix() for path in paths)
    return list(dict.fromkeys(["requirements.txt", PYPROJECT, *others]))[:MAX_FILES]


def _pyproject_specs(text: str, note: Note, target: Target) -> Iterator[Spec]:
    declared = read_pyproject(text)
    for reason in declared.unread:
        note(f"{PYPROJECT}: {reason}")
    for start, _, requirement in declared.requirements:
        if requirement.applies_to(target):
            yield Spec(PYPROJECT, text.count("\n", 0, start) + 1, requirement)
