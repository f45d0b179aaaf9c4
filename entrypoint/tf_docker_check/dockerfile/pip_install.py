"""Find what pip, uv and conda install: from their command lines and requirement files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tf_docker_check.dockerfile.installer import CONDA, PIP, UNKNOWN_PYTHON, Installer, installer_of
from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.model.text import one_line
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.files import INCLUDES, RequirementSet
from tf_docker_check.requirements.requirement import Requirement, Target, parse_requirement

Lookup = Callable[[str], "Source | None"]
"""Returns the requirement file of that name; None if it cannot be found or read."""

MAX_REQUIREMENTS = 2000  # of one run; with more, `whole` is False
MAX_TENSORFLOWS = 20
_TAKES_VALUE = re.compile(
    r"-[rcifteptbC]|--(?:requirement|constraint|index-url|extra-index-url|find-links|target|prefix|root"
    r"|python|python-version|platform|abi|implementation|no-binary|only-binary|editable|trusted-host"
    r"|proxy|retries|timeout|cache-dir|src|progress-bar|upgrade-strategy|config-settings|cert|client-cert"
    r"|log|root-user-action|report|exists-action|global-option|build-option|use-feature|use-deprecated"
    r"|torch-backend|index|default-index|index-strategy|resolution|prerelease|python-platform|link-mode"
    r"|build-constraint|override)"
)
_FOREIGN = re.compile(
    r"-[if]|--(?:index-url|extra-index-url|find-links|no-index|index|default-index|platform|python-version"
    r"|no-binary|python-platform|torch-backend)"
)
_ELSEWHERE = re.compile(r"-t|--(?:target|prefix|root|break-system-packages)")
_SHORT = re.compile(r"(-[rcifte])(\S+)")
_CONDA_SPEC = re.compile(r"(?:[\w.-]+::)?(?P<name>[A-Za-z0-9][\w.-]*)(?P<versions>[=<>!~].*)?", re.ASCII)
_CONDA_PIN = re.compile(r"={1,2}(?P<version>\d[\w.]*)(?P<any>\.?\*)?(?:=.*)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class PipInstall:
    """One command that installs packages, such as ``pip install``; markers are already evaluated.

    `files`: those it reads its requirements from, as far as they were found. `whole`: all requirements
    could be resolved statically. `foreign`: it looks for wheels elsewhere than usual, as conda does.
    `python`: the minor it runs under, where the command says so; ``?`` where that cannot be told. `managed`:
    it is the system's own pip, which a distribution may keep from installing. `upgrades`: also what is there
    already. `by_conda`: it is conda's, whose packages are not those of PyPI. `unread`: why some of what it
    installs is not known.
    """

    span: Span
    requirements: tuple[PlacedRequirement, ...]
    files: tuple[Source, ...] = ()
    whole: bool = True
    foreign: bool = False
    python: str = ""
    managed: bool = False
    upgrades: bool = False
    by_conda: bool = False
    unread: tuple[Unread, ...] = ()

    @cached_property
    def tensorflows(self) -> list[PlacedRequirement]:
        """The requirements that install TensorFlow, at most `MAX_TENSORFLOWS`."""
        return [one for one in self.requirements if one.requirement.brings_tensorflow][:MAX_TENSORFLOWS]

    def find(self, name: str) -> PlacedRequirement | None:
        """Return the requirement with that normalized name; None if there is none."""
        return next((one for one in self.requirements if one.name == name), None)


def pip_install(
    command: Command, source: Source, values: Mapping[str, str], lookup: Lookup, target: Target
) -> PipInstall | None:
    """Return what *command* installs; None if nothing. *values*: the known variables."""
    installer = installer_of(command.words, values)
    if installer is None:
        return None
    options, plain = _split(installer.arguments)
    reading = RequirementSet(lookup, target)
    for option, value in options if installer.kind == PIP else ():
        if option in INCLUDES:
            reading.include(value, constrains=INCLUDES[option])
    read = parse_requirement if installer.kind == PIP else _conda_requirement
    form = "json" if command.json else "shell"
    named = [
        PlacedRequirement(reading.constrain(requirement), Span(source, word.start, word.end), form)
        for word in plain
        if not word.text.startswith((".", "/", "-"))
        and (requirement := read(word.text))
        and requirement.applies_to(target)
    ]
    given = [option for option, _ in options]
    everything = [*named, *_in_files(reading)]
    foreign = installer.kind == CONDA or any(map(_FOREIGN.fullmatch, (*given, *reading.options)))
    return PipInstall(
        span=Span(source, installer.head[0].start, installer.head[-1].end),
        requirements=tuple(everything[:MAX_REQUIREMENTS]),
        files=tuple(reading.files),
        whole="--no-deps" not in given and _is_whole(reading, everything),
        foreign=foreign,
        upgrades="-U" in given or "--upgrade" in given,
        python=UNKNOWN_PYTHON if "--python" in given or "-p" in given else installer.python,
        by_conda=installer.kind == CONDA,
        managed=_is_systems(installer) and not any(map(_ELSEWHERE.fullmatch, given)),
        unread=tuple(_unread(installer, plain, reading, source)),
    )


def _unread(
    installer: Installer, plain: Sequence[Word], reading: RequirementSet[Source], source: Source
) -> Iterator[Unread]:
    """What it installs and cannot be read: files that are not there, folders, URLs, variables without a value."""
    line, _ = source.place(installer.head[0].start)
    for path in reading.missing:
        yield Unread(source.name, line, f"{one_line(path, 60)} was not found in the build context")
    for word in plain:
        if word.text.startswith((".", "/", "$")) or "://" in word.text:
            yield Unread(source.name, source.place(word.start)[0], f"{one_line(word.text, 60)} is not read")


def _conda_requirement(text: str) -> Requirement | None:
    """Parse a conda spec: ``tensorflow=2.20`` is any 2.20, ``channel::name`` is of a channel."""
    match = _CONDA_SPEC.fullmatch(text)
    if match is None:
        return None
    pin = _CONDA_PIN.fullmatch(match["versions"] or "")
    exact = pin and match["versions"].startswith("==") and not pin["any"]
    versions = f"=={pin['version']}{'' if exact else '.*'}" if pin else match["versions"] or ""
    return parse_requirement(match["name"] + versions)


def file_install(source: Source, lookup: Lookup) -> PipInstall:
    """Return the install of a requirement file alone, without a Dockerfile."""
    reading = RequirementSet(lookup, Target(architecture="x86_64"))
    reading.add(source, source.path.name)
    foreign = any(map(_FOREIGN.fullmatch, reading.options))
    requirements = tuple(_in_files(reading))
    return PipInstall(
        Span(source, 0, 0), requirements, tuple(reading.files), _is_whole(reading, requirements), foreign
    )


def _is_systems(installer: Installer) -> bool:
    """Whether it is the system's pip, the first on PATH."""
    name = installer.program.rpartition("/")[2]
    return "/" not in installer.program and name.startswith(("pip", "python")) and name != "pipenv"


def _split(words: Sequence[Word]) -> tuple[list[tuple[str, str]], list[Word]]:
    """Split *words* into options with their values and other words."""
    options, plain = [], []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.text.partition("=")
        if short := _SHORT.fullmatch(word.text):
            options.append((short[1], short[2].lstrip("=")))
        elif not word.text.startswith("-"):
            plain.append(word)
        elif not equals and _TAKES_VALUE.fullmatch(name):
            following = next(rest, None)
            options.append((name, following.text if following else ""))
        else:
            options.append((name, value))
    return options, plain


def _is_whole(reading: RequirementSet[Source], requirements: Sequence[PlacedRequirement]) -> bool:
    """Whether the requirements are complete and no constraint affects other packages."""
    names = {one.name for one in requirements}
    bound = all(line.requirement.name in names for line in reading.constraints)
    return reading.complete and bound and len(requirements) <= MAX_REQUIREMENTS


def _in_files(requirements: RequirementSet[Source]) -> list[PlacedRequirement]:
    return [
        PlacedRequirement(line.requirement, Span(line.file, line.start, line.end), "file")
        for line in requirements.constrained()
    ]
