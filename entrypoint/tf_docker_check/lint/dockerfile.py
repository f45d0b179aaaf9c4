"""From the text of a Dockerfile to its stages. The instructions are read by BuildKit's own parser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tf_docker_check.errors import UsageError
from tf_docker_check.lint.pip import Lookup, run_of
from tf_docker_check.lint.source import Source, Span
from tf_docker_check.lint.stage import Setting, Stage, Step
from tf_docker_check.lint.written import Written
from tf_docker_check.recipe import dockerfile as recipe
from tf_docker_check.recipe.arguments import declared, expand, filled
from tf_docker_check.recipe.instructions import Instruction, directives, keyword, read
from tf_docker_check.requirements.requirement import Target

PLATFORM = "linux/amd64"
"""What is built for where the Dockerfile does not say."""

MOST_STAGES, MOST_RUNS = 100, 100
"""Stages, and runs of pip in each: no Dockerfile has more, and what there is multiplies."""

_VARIABLE = re.compile(r"\$\{?(\w+)(:?-)?")
_PACKAGES = re.compile(
    r"site-packages|dist-packages|venv|/\.local|^/install/?$|^/usr/local/?$|^/opt/conda/?$"
)


@dataclass(frozen=True)
class _Around:
    """What an instruction can see besides its stage."""

    earlier: Sequence[Stage]
    outer: Mapping[str, str]  # the global arguments
    given: Mapping[str, str]  # build arguments
    lookup: Lookup


@dataclass
class _Open:
    """The stage that is being read."""

    stage: Stage
    around: _Around
    environment: dict[str, str]
    arguments: dict[str, str] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    packages: list[Stage] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    room: int = MOST_RUNS

    def fill(self, word: str) -> str:
        """*word* with its variables, where the value of each of them is known; else as it is."""
        names = _VARIABLE.findall(word) if "$" in word else ()
        values = {**self.arguments, **self.environment} if names else {}
        told = all(name in values or default for name, default in names)
        return expand(word, values) if names and told else word

    def find(self, name: str) -> Source | None:
        """The requirement file *name* of the image: where COPY took it from, else where it says."""
        last = name.rpartition("/")[2]
        taken = [path for path in reversed(self.copied) if path.rpartition("/")[2] == last]
        found = (self.around.lookup(path) for path in dict.fromkeys([*taken, name.lstrip("/"), last]))
        return next((source for source in found if source), None)

    def closed(self) -> Stage:
        return replace(
            self.stage,
            environment=self.environment,
            settings=tuple(self.settings),
            steps=tuple(self.steps),
            packages=tuple(self.packages),
        )


def stages_of(
    source: Source, lookup: Lookup, build_args: Mapping[str, str] | None = None, *, on_cpu: bool = False
) -> tuple[Stage, ...]:
    """The stages of a Dockerfile. UsageError, with the line where there is one, where it cannot be built.

    *lookup* finds requirement files by paths of the build context.
    """
    given = build_args or {}
    instructions = read(source.text, source.name)
    _refuse_bare(instructions, source.name)
    plain = recipe.stages_of(instructions, given, PLATFORM, source.name)
    if len(plain) > MOST_STAGES:
        raise UsageError(
            f"{source.name}:{plain[MOST_STAGES].line}: more than {MOST_STAGES} stages are not looked at"
        )
    shipped = _shipped(plain)
    escape = directives(source.text).get("escape", "\\")
    done: list[Stage] = []
    around = _Around(done, filled(declared(instructions), given, PLATFORM), given, lookup)
    opened: list[_Open] = []
    for instruction in instructions:
        name, written = keyword(instruction), Written(source, instruction, escape)
        if name == "FROM":
            done.extend(each.closed() for each in opened)
            stage = _begun(written, plain[len(done)], around, ships=len(done) in shipped, on_cpu=on_cpu)
            opened = [_Open(stage, around, dict(stage.environment))]
        elif opened and name in _READERS:
            _READERS[name](opened[0], written)
    return (*done, *(each.closed() for each in opened))


def _refuse_bare(instructions: Sequence[Instruction], file: str) -> None:
    """The parser lets an instruction through of which the builder asks for more than its name."""
    for each in instructions:
        if keyword(each) and not any(each.value) and not each.json:
            raise UsageError(
                f"{file}:{each.start_line}: {keyword(each)} has no arguments",
                remedy="complete it or take it out",
            )


def about_tensorflow(stages: Sequence[Stage]) -> list[Stage]:
    """Those that hold TensorFlow, and those that such a stage stands on or copies packages from."""
    concerned: set[int] = set()
    for stage in stages:
        if stage.holds_tensorflow:
            concerned.update(id(each) for each in stage.line)
    return [stage for stage in stages if id(stage) in concerned]


def _begun(written: Written, plain: recipe.Stage, around: _Around, *, ships: bool, on_cpu: bool) -> Stage:
    word = written.words[0]
    parent = _by_name(around.earlier, plain.image)
    told = all(name in around.outer or default for name, default in _VARIABLE.findall(word.text))
    return Stage(
        written.source,
        Span(written.source, word.start, word.end),
        plain.image if told else "",
        plain.name,
        _platform(written.instruction),
        parent,
        environment=parent.environment if parent else {},
        ships=ships,
        on_cpu=on_cpu,
    )


def _shipped(plain: Sequence[recipe.Stage]) -> set[int]:
    """The last stage and those that it stands on, by index."""
    found = {len(plain) - 1}
    wanted = plain[-1].image.lower()
    for stage in reversed(plain[:-1]):
        if stage.name and stage.name.lower() == wanted:
            found.add(stage.index)
            wanted = stage.image.lower()
    return found


def _platform(instruction: Instruction) -> str:
    """What ``--platform`` says; empty where it leaves that to the builder."""
    given = (flag.partition("=")[2] for flag in instruction.flags if flag.startswith("--platform="))
    return next((platform for platform in given if "$" not in platform), "")


def _argument(stage: _Open, written: Written) -> None:
    for word in written.words:
        name, has_default, default = word.text.partition("=")
        if name in stage.around.given:
            stage.arguments[name] = stage.around.given[name]
        elif has_default:
            stage.arguments[name] = stage.fill(default)
        elif name in stage.around.outer:
            stage.arguments[name] = stage.around.outer[name]


def _variables(stage: _Open, written: Written) -> None:
    words = written.words
    if "=" not in words[0].text:  # ENV NAME and the rest of the line
        span = Span(written.source, words[0].end, words[-1].end)
        _set(stage, words[0].text, span.text.strip(), span)
        return
    for word in words:
        name, _, value = word.text.partition("=")
        sign = written.source.text.find("=", word.start, word.end)  # a quoted name may hold it elsewhere
        _set(stage, name, value, Span(written.source, sign + 1 if sign >= 0 else word.start, word.end))


def _set(stage: _Open, name: str, value: str, span: Span) -> None:
    stage.environment[name] = stage.fill(value)
    stage.settings.append(Setting(name, stage.environment[name], span))


def _run(stage: _Open, written: Written) -> None:
    base = stage.stage.base
    python = base.python if base.family in ("python", "official") else ""
    target = Target(python, stage.stage.architecture)
    commands = written.commands
    runs = (run_of(command, written.source, stage.fill, stage.find, target) for command in commands)
    kept = tuple(islice(filter(None, runs), stage.room))
    stage.room -= len(kept)
    stage.steps.append(Step(written.span, tuple(commands), kept))


def _copy(stage: _Open, written: Written) -> None:
    paths = written.instruction.value[:-1]
    flags = (flag.partition("=") for flag in written.instruction.flags)
    origin = next((value for name, _, value in flags if name == "--from"), "")
    if not origin:
        stage.copied.extend(paths)
    elif (other := _by_name(stage.around.earlier, origin)) and any(_PACKAGES.search(path) for path in paths):
        stage.packages.append(other)


_READERS = {"ARG": _argument, "ENV": _variables, "RUN": _run, "COPY": _copy, "ADD": _copy}


def _by_name(stages: Sequence[Stage], name: str) -> Stage | None:
    """The last of *stages* by that name, or by its number."""
    wanted = name.lower()
    named = (stage for stage in reversed(stages) if stage.name and stage.name.lower() == wanted)
    numbered = stages[int(name)] if name.isdecimal() and int(name) < len(stages) else None
    return next(named, numbered)
