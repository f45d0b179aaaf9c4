"""Collect a project's requirements, each with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.plan.reading import Note, read_text
from tf_docker_check.requirements.conda import read_environment
from tf_docker_check.requirements.declared import Declared
from tf_docker_check.requirements.files import RequirementSet
from tf_docker_check.requirements.locks import read_lock, read_pipfile_lock
from tf_docker_check.requirements.pipfile import read_pipfile
from tf_docker_check.requirements.pyproject import read_pyproject
from tf_docker_check.requirements.requirement import ANY_TARGET, Requirement, Target
from tf_docker_check.requirements.setup_files import read_setup_cfg, read_setup_py

MAX_FILES = 50
PYPROJECT = "pyproject.toml"

_READERS: Mapping[str, Callable[[str, Target], tuple[Declared, ...]]] = {
    **dict.fromkeys(
        ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"),
        lambda text, target: (read_lock(text, target),),
    ),
    "Pipfile.lock": lambda text, _: (read_pipfile_lock(text),),
    PYPROJECT: lambda text, _: (read_pyproject(text),),
    "setup.cfg": lambda text, _: (read_setup_cfg(text),),
    "setup.py": lambda text, _: (read_setup_py(text),),
    "Pipfile": lambda text, _: (read_pipfile(text),),
    **dict.fromkeys(("environment.yml", "environment.yaml"), lambda text, _: _environment(text)),
}
"""What reads files other than pip's, those before others that say more exactly what is installed."""


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
    """Return the requirements of requirements.txt, of locks and project files, and of other files, in this order.

    Each file is read once. Options, paths, URLs and what does not apply to *target* are skipped;
    *note* is called for files that cannot be read.
    """

    def lookup(path: str) -> _File | None:
        text = read_text(project, path, note)
        return None if text is None else _File(path, text)

    specs: list[Spec] = []
    read_already: set[str] = set()
    for name in _requirement_files(project):
        if name in _READERS:
            text = read_text(project, name, note)
            specs += _declared_specs(name, text, note, target) if text is not None else ()
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
    return list(dict.fromkeys(["requirements.txt", *_READERS, *others]))[:MAX_FILES]


def _declared_specs(name: str, text: str, note: Note, target: Target) -> Iterator[Spec]:
    for declared in _READERS[name](text, target):
        for reason in declared.unread:
            note(f"{name}: {reason}")
        for start, _, requirement in declared.requirements:
            if requirement.applies_to(target):
                yield Spec(name, text.count("\n", 0, start) + 1, requirement)


def _environment(text: str) -> tuple[Declared, ...]:
    environment = read_environment(text, "environment.yml")
    return environment, environment.by_pip
