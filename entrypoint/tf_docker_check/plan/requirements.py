"""What a project asks pip for, each requirement with the file and line it is written in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import dirname, join, normpath

from packaging.requirements import InvalidRequirement, Requirement

from tf_docker_check.plan.poetry import poetry_requirements
from tf_docker_check.plan.reading import Note, read_text
from tf_docker_check.recipe.instructions import keyword, read

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Spec = tuple[str, int, Requirement]
"""File, line (from 1), requirement."""

TENSORFLOWS = frozenset({"tensorflow", "tensorflow-cpu", "tensorflow-gpu"})
MOST_FILES = 50
_LINUX = {
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_system": "Linux",
    "sys_platform": "linux",
    "extra": "",
}
_COMMENT = re.compile(r"(^|\s)#.*$")
_INCLUDE = re.compile(r"(?:-r|--requirement)[\s=]*(\S+)$")
_BETWEEN = re.compile(r"[\s;&|\"']+")


def requirement_specs(project: Path, note: Note = lambda _: None) -> list[Spec]:
    """What requirements.txt, pyproject.toml and other requirement files ask for on Linux, in this order.

    Each file counts once. Options, paths and URLs are passed over, and files that cannot be read, of
    which *note* is told.
    """
    seen: set[str] = set()
    return [spec for file in _files(project) for spec in _of_file(project, file, note, seen)]


def tensorflow_specs(specs: Sequence[Spec]) -> list[Spec]:
    """Those of *specs* that name TensorFlow, of the first file that does: other files are other setups."""
    found = [spec for spec in specs if is_tensorflow(spec[2])]
    return [spec for spec in found if spec[0] == found[0][0]]


def is_tensorflow(requirement: Requirement) -> bool:
    """Whether it is a release of TensorFlow that pip is asked for."""
    return requirement.name.lower().replace("_", "-") in TENSORFLOWS


def installed(text: str, file: str) -> list[Spec]:
    """What the RUN lines of a Dockerfile install, as far as it is TensorFlow. UsageError as `read`."""
    found: list[Spec] = []
    for instruction in read(text, file):
        words = _BETWEEN.split(" ".join(instruction.value)) if keyword(instruction) == "RUN" else []
        for word in words if "install" in words else []:
            requirement = _requirement(word)
            if requirement and is_tensorflow(requirement):
                found.append((file, instruction.start_line, requirement))
    return found


def _files(project: Path) -> list[str]:
    found = (*project.glob("requirements*.txt"), *project.glob("requirements/*.txt"))
    others = sorted(path.relative_to(project).as_posix() for path in found)
    return list(dict.fromkeys(["requirements.txt", "pyproject.toml", *others]))[:MOST_FILES]


def _of_file(project: Path, file: str, note: Note, seen: set[str]) -> Iterator[Spec]:
    if file in seen or len(seen) >= MOST_FILES:
        return
    seen.add(file)
    text = read_text(project, file, note)
    if text is None:
        return
    if file == "pyproject.toml":
        yield from _of_pyproject(text, file, note)
        return
    for number, line in _lines(text):
        if include := _INCLUDE.match(line):
            yield from _of_file(project, normpath(join(dirname(file), include[1])), note, seen)
        elif requirement := _requirement(line.partition(" --")[0]):
            yield file, number, requirement


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first physical one, without comments."""
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start if joined else number
        joined += _COMMENT.sub("", line)
        if joined.endswith("\\"):
            joined = joined[:-1] + " "
            continue
        yield start, joined.strip()
        joined = ""
    if joined:
        yield start, joined.strip()


def _of_pyproject(text: str, file: str, note: Note) -> Iterator[Spec]:
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        note(f"{file} is not TOML: not read")
        return
    project = said.get("project")
    dependencies = project.get("dependencies") if isinstance(project, dict) else None
    lines = text.splitlines()
    for dependency in dependencies if isinstance(dependencies, list) else ():
        if isinstance(dependency, str) and (requirement := _requirement(dependency)):
            yield file, next((n for n, line in enumerate(lines, 1) if dependency in line), 1), requirement
    for requirement in poetry_requirements(said):
        start = re.compile(rf"\s*[\"']?{re.escape(requirement.name)}\b")
        yield file, next((n for n, line in enumerate(lines, 1) if start.match(line)), 1), requirement


def _requirement(text: str) -> Requirement | None:
    """The requirement in *text*, if it is one and holds on Linux."""
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement:
        return None
    holds = requirement.marker is None or requirement.marker.evaluate(dict(_LINUX))
    return requirement if holds else None
