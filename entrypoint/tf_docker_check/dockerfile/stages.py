"""Parse the stages of a Dockerfile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tf_docker_check.dockerfile.arguments import (
    declared_arguments,
    global_arguments,
    single_argument,
)
from tf_docker_check.dockerfile.expand import BadSubstitutionError, expand
from tf_docker_check.dockerfile.ignored import Ignored, read_ignored
from tf_docker_check.dockerfile.image_files import Context
from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.parse import directives, parse_dockerfile
from tf_docker_check.dockerfile.pip_install import Lookup
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Stage, stage_named
from tf_docker_check.dockerfile.stage_reader import read_instruction
from tf_docker_check.dockerfile.stage_state import Scope, StageState
from tf_docker_check.errors import UsageError
from tf_docker_check.model.number import whole
from tf_docker_check.model.program import Program

DEFAULT_PLATFORM = "linux/amd64"
"""What is built for where nobody says."""

MAX_STAGES = 100
"""No Dockerfile has more, and what there is multiplies."""


def read_stages(
    source: Source | str,
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = DEFAULT_PLATFORM,
    file: str = "Dockerfile",
    lookup: Lookup = lambda _: None,
    lacks: Callable[[str], bool] = lambda _: False,
    base: str = "",
    target: str = "",
    on_cpu: bool = False,
    programs: Sequence[Program] = (),
) -> tuple[Stage, ...]:
    """Parse the stages of a Dockerfile, in order; at least one. *file* names a *source* that is plain text.

    *lookup* finds requirement files by paths of the build context; *lacks*: whether nothing lies at one. *base*: the
    image that *target*, or the last stage, is to stand on instead of the one that its FROM names. *programs*: those
    of the build context that train on several workers. Raises UsageError, with the line where there is one, where the
    text cannot be built.
    """
    source = Source(Path(file), file, source) if isinstance(source, str) else source
    instructions = parse_dockerfile(source.text, source.name)
    _refuse_misplaced(instructions, source.name)
    syntax = directives(source.text).get("escape")
    escape, given = syntax.text if syntax else "\\", build_args or {}
    defaults = declared_arguments(instructions)
    values = global_arguments(defaults, given, platform, escape)
    context = Context(_without_ignored(lookup, source.path.name), lacks)
    scope = Scope(source, escape, values, given, context, platform)
    froms = [_from(one, scope) for one in instructions if one.keyword == "FROM"]
    shipped = _shipped(froms, _target_index(froms, target))
    if base:
        froms[min(shipped)] = froms[min(shipped)]._replace(image=base, unset=frozenset())
    done: list[Stage] = []
    states: list[StageState] = []
    for instruction in instructions:
        if instruction.keyword == "FROM":
            done += [states[-1].finish()] if states else []
            stage = _begin(froms[len(done)], scope, done, defaults)
            stage = replace(stage, ships=stage.index in shipped, on_cpu=on_cpu, programs=tuple(programs))
            states.append(StageState(stage, scope, tuple(states)))
        elif states:
            read_instruction(states[-1], instruction)
    return (*done, *([states[-1].finish()] if states else []))


def _without_ignored(lookup: Lookup, dockerfile: str) -> Lookup:
    """*lookup* without what the ignore file of the build context leaves out."""
    ignored: list[Ignored] = []

    def find(path: str) -> Source | None:
        if not ignored:
            file = lookup(f"{dockerfile}.dockerignore") or lookup(".dockerignore")
            ignored.append(read_ignored(file.text) if file else Ignored())
        return None if path in ignored[0] else lookup(path)

    return find


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


def _from(instruction: Instruction, scope: Scope) -> _From:
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


def _begin(begun: _From, scope: Scope, earlier: Sequence[Stage], known: Collection[str]) -> Stage:
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
