"""Parse the stages of a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from tf_docker_check.dockerfile.arguments import (
    declared_arguments,
    expand_known,
    global_arguments,
    single_argument,
)
from tf_docker_check.dockerfile.expand import BadSubstitutionError, expand
from tf_docker_check.dockerfile.installer import fill_words
from tf_docker_check.dockerfile.instructions import Instruction, Word
from tf_docker_check.dockerfile.parse import directives, parse_dockerfile
from tf_docker_check.dockerfile.pip_install import Lookup, PipInstall, pip_install
from tf_docker_check.dockerfile.run import read_run, with_variables
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Copy, Setting, Stage, Step, stage_at, stage_named
from tf_docker_check.errors import UsageError
from tf_docker_check.model.number import whole
from tf_docker_check.model.program import Program
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.requirement import Target

DEFAULT_PLATFORM = "linux/amd64"
"""What is built for where nobody says."""

MAX_STAGES, MAX_INSTALLS = 100, 100
"""Stages, and runs of pip in each: no Dockerfile has more, and what there is multiplies."""

_PACKAGES = re.compile(
    r"site-packages|dist-packages|venv|/\.local|^/install/?$|^/usr/local/?$|^/opt/conda/?$"
)


@dataclass(frozen=True)
class _Scope:
    """What an instruction can see besides its stage."""

    source: Source
    escape: str
    arguments: Mapping[str, str]  # the global ones
    given: Mapping[str, str]  # build arguments
    lookup: Lookup
    platform: str


@dataclass
class _Reading:
    """The stage that is being read; `earlier`: those before it."""

    stage: Stage
    scope: _Scope
    earlier: Sequence[Stage]
    environment: dict[str, str]
    arguments: dict[str, str] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    packages: list[Stage] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    installs_left: int = MAX_INSTALLS

    @property
    def values(self) -> Mapping[str, str]:
        """The variables of known value; ENV wins over ARG."""
        return {**self.arguments, **self.environment}

    def expand(self, word: str) -> str | None:
        """A word of an instruction, filled in; None where a value is not known."""
        return expand_known(word, self.values, self.scope.escape)

    def find(self, name: str) -> Source | None:
        """The requirement file *name* of the image: where COPY took it from, else where it says."""
        last = name.rpartition("/")[2]
        copied = [path for path in reversed(self.copied) if path.rpartition("/")[2] == last]
        paths = dict.fromkeys([*copied, name.lstrip("/"), last])
        return next(filter(None, map(self.scope.lookup, paths)), None)

    def finish(self) -> Stage:
        return replace(
            self.stage,
            environment=self.environment,
            settings=tuple(self.settings),
            steps=tuple(self.steps),
            packages=tuple(self.packages),
            copies=tuple(self.copies),
            unread=tuple(self.unread),
        )


def read_stages(
    source: Source | str,
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = DEFAULT_PLATFORM,
    file: str = "Dockerfile",
    lookup: Lookup = lambda _: None,
    base: str = "",
    target: str = "",
    on_cpu: bool = False,
    programs: Sequence[Program] = (),
) -> tuple[Stage, ...]:
    """Parse the stages of a Dockerfile, in order; at least one. *file* names a *source* that is plain text.

    *lookup* finds requirement files by paths of the build context. *base*: the image that *target*, or the
    last stage, is to stand on instead of the one that its FROM names. *programs*: those of the build context
    that train on several workers. Raises UsageError, with the line
    where there is one, where the text cannot be built.
    """
    source = Source(Path(file), file, source) if isinstance(source, str) else source
    instructions = parse_dockerfile(source.text, source.name)
    _refuse_misplaced(instructions, source.name)
    syntax = directives(source.text).get("escape")
    escape, given = syntax.text if syntax else "\\", build_args or {}
    defaults = declared_arguments(instructions)
    values = global_arguments(defaults, given, platform, escape)
    scope = _Scope(source, escape, values, given, lookup, platform)
    froms = [_from(one, scope) for one in instructions if one.keyword == "FROM"]
    shipped = _shipped(froms, _target_index(froms, target))
    if base:
        froms[min(shipped)] = froms[min(shipped)]._replace(image=base, unset=frozenset())
    done: list[Stage] = []
    reading: _Reading | None = None
    for instruction in instructions:
        if instruction.keyword == "FROM":
            done += [reading.finish()] if reading else []
            stage = _begin(froms[len(done)], scope, done, defaults)
            stage = replace(stage, ships=stage.index in shipped, on_cpu=on_cpu, programs=tuple(programs))
            reading = _Reading(stage, scope, done, dict(stage.environment))
        elif reading and instruction.keyword in _READERS:
            _READERS[instruction.keyword](reading, instruction)
    return (*done, *([reading.finish()] if reading else []))


def _refuse_misplaced(instructions: Sequence[Instruction], file: str) -> None:
    """Raise UsageError for instructions that the parser accepts and the builder refuses."""
    first = next((one for one in instructions if one.keyword != "ARG"), None)
    if first is None:
        raise UsageError(f"{file}: no FROM instruction", remedy="add FROM with the base image")
    if first.keyword != "FROM":
        raise UsageError(
            f"{file}:{first.start_line}: {first.keyword} comes before the first FROM",
            remedy="only ARG may stand there; start with FROM",
        )
    for instruction in instructions:
        _refuse_bare(instruction, f"{file}:{instruction.start_line}")
    froms = [one for one in instructions if one.keyword == "FROM"]
    if len(froms) > MAX_STAGES:
        line = froms[MAX_STAGES].start_line
        raise UsageError(f"{file}:{line}: more than {MAX_STAGES} stages are not supported")


def _refuse_bare(instruction: Instruction, place: str) -> None:
    words = instruction.words
    if instruction.keyword == "FROM":
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].text.upper() != "AS"):
            raise UsageError(
                f"{place}: FROM takes one image and optionally AS and a name",
                remedy="write FROM IMAGE or FROM IMAGE AS NAME",
            )
    elif instruction.arguments.start == instruction.arguments.end:
        raise UsageError(f"{place}: {instruction.keyword} has no arguments", remedy="complete or remove it")
    elif instruction.keyword == "ENV" and not all(name.text for name, _ in instruction.pairs):
        raise UsageError(f"{place}: ENV has a value without a name", remedy="write ENV NAME=value")


class _From(NamedTuple):
    """A FROM with its arguments filled in."""

    instruction: Instruction
    image: str
    unset: frozenset[str]
    name: str


def _from(instruction: Instruction, scope: _Scope) -> _From:
    word, *others = instruction.words
    try:
        image, unset = expand(word.text, scope.arguments, scope.escape)
    except BadSubstitutionError as error:
        raise UsageError(
            f"{scope.source.name}:{instruction.start_line}: invalid image in FROM",
            why=str(error),
            remedy="correct it until `docker build` accepts it",
        ) from None
    return _From(instruction, image, unset, others[1].text if others else "")


def _target_index(froms: Sequence[_From], target: str) -> int:
    """The index of the stage *target*; of the last one without a target, or where there is no such stage."""
    last, number = len(froms) - 1, whole(target) if target else None
    names = (index for index in range(last, -1, -1) if target and froms[index].name.lower() == target.lower())
    return next(names, number if number is not None and number <= last else last)


def _shipped(froms: Sequence[_From], target: int) -> set[int]:
    """The stage *target* and those that it stands on, by index."""
    indices, wanted = {target}, froms[target].image.lower()
    for index in reversed(range(target)):
        if froms[index].name and froms[index].name.lower() == wanted:
            indices.add(index)
            wanted = froms[index].image.lower()
    return indices


def _begin(begun: _From, scope: _Scope, earlier: Sequence[Stage], known: Collection[str]) -> Stage:
    word = begun.instruction.words[0]
    parent = stage_named(earlier, begun.image)
    argument, platform = single_argument(word.text), begun.instruction.flag("platform")
    return Stage(
        scope.source,
        Span(scope.source, word.start, word.end),
        index=len(earlier),
        line=begun.instruction.start_line,
        name=begun.name,
        image=begun.image,
        unset=begun.unset,
        argument=argument if argument in known else "",
        platform=platform if platform and "$" not in platform else "" if parent else scope.platform,
        parent=parent,
        environment=parent.environment if parent else {},
    )


def _argument(reading: _Reading, instruction: Instruction) -> None:
    given, outer = reading.scope.given, reading.scope.arguments
    for word in instruction.words:
        name, equals, default = word.text.partition("=")
        if name in given:
            reading.arguments[name] = given[name]
        elif equals:
            value = reading.expand(default)
            reading.arguments[name] = default if value is None else value
        elif name in outer:
            reading.arguments[name] = outer[name]


def _environment(reading: _Reading, instruction: Instruction) -> None:
    before = {name.text: reading.expand(value.text) for name, value in instruction.pairs}
    for name, value in instruction.pairs:
        known = before[name.text]
        reading.environment[name.text] = value.text if known is None else known
        span = Span(reading.scope.source, value.start, value.end)
        reading.settings.append(Setting(name.text, reading.environment[name.text], span))


def _run(reading: _Reading, instruction: Instruction) -> None:
    stage, scope = reading.stage, reading.scope
    target = Target(stage.base.python, stage.architecture)
    commands, installs = list[Command](), list[PipInstall]()
    for command, values in with_variables(read_run(instruction, scope.source.text), reading.values):
        commands.append(replace(command, words=tuple(fill_words(command.words, values))))
        if len(installs) == reading.installs_left:
            continue
        if install := pip_install(command, scope.source, values, reading.find, target):
            installs.append(install)
            reading.unread += install.unread
    reading.installs_left -= len(installs)
    span = Span(scope.source, instruction.start, instruction.end)
    reading.steps.append(Step(span, tuple(commands), tuple(installs)))


def _copy(reading: _Reading, instruction: Instruction) -> None:
    paths = [word.text for word in instruction.words[:-1]]
    origin = instruction.flag("from")
    reading.copies.append(_read_copy(reading, instruction, origin))
    if not origin:
        reading.copied.extend(paths)
    elif (other := stage_at(reading.earlier, origin)) and any(_PACKAGES.search(path) for path in paths):
        reading.packages.append(other)


def _read_copy(reading: _Reading, instruction: Instruction, origin: str) -> Copy:
    """COPY and ADD, filled in; a source of which a variable is not known stays as it is written."""
    *sources, target = (
        Word(word.text if (text := reading.expand(word.text)) is None else text, word.start, word.end)
        for word in instruction.words or (instruction.arguments,)
    )
    span = Span(reading.scope.source, instruction.start, instruction.end)
    return Copy(span, tuple(sources), target.text, origin)


_READERS: Mapping[str, Callable[[_Reading, Instruction], None]] = {
    "ARG": _argument,
    "ENV": _environment,
    "RUN": _run,
    "COPY": _copy,
    "ADD": _copy,
}
