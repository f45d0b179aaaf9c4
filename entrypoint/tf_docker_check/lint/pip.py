"""What runs of pip ask for: on its command line and in the files that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tf_docker_check.lint.requirement import Asked
from tf_docker_check.lint.shell import Command, Word
from tf_docker_check.lint.source import Source, Span
from tf_docker_check.requirements.files import INCLUDES, RequirementSet
from tf_docker_check.requirements.requirement import Target, parse_requirement

Lookup = Callable[[str], "Source | None"]
"""The requirement file of that name, if it can be found and read."""

Fill = Callable[[str], str]
"""A word with the variables of known value filled in."""

UNKNOWN = "?"
MAX_ASKED = 2000  # of one run; beyond that it is not known what else is asked for
MOST_TENSORFLOWS = 20
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
_PIP = re.compile(r"pip(3(?:\.[0-9]+)?|2)?")
_PYTHON = re.compile(r"python(3(?:\.[0-9]+)?|2)?")


@dataclass(frozen=True, eq=False)
class PipRun:
    """One ``pip install``. `files`: those it reads its requirements from, as far as they were found.

    `whole`: what it is asked for is known, and so is what pip makes of it. `foreign`: it looks for
    wheels elsewhere than usual. `python`: the minor it runs under, where the command says so; ``?``
    where that cannot be told. `managed`: it is the system's own pip, which a distribution may keep from
    installing. `upgrades`: also what is there already.
    """

    span: Span
    asked: tuple[Asked, ...]
    files: tuple[Source, ...] = ()
    whole: bool = True
    foreign: bool = False
    python: str = ""
    managed: bool = False
    upgrades: bool = False

    @cached_property
    def tensorflows(self) -> list[Asked]:
        """What it asks for that brings a TensorFlow; a second one is of interest, a hundredth is not."""
        return [each for each in self.asked if each.requirement.brings_tensorflow][:MOST_TENSORFLOWS]

    def asks(self, name: str) -> Asked | None:
        return next((each for each in self.asked if each.name == name), None)


def run_of(command: Command, source: Source, fill: Fill, lookup: Lookup, target: Target) -> PipRun | None:
    """The run of pip that *command* is, if it is one that installs."""
    head = _head(command.texts)
    if head is None:
        return None
    length, python = head
    span = Span(source, command.words[0].start, command.words[length - 1].end)
    options, plain = _split(command.words[length:])
    options = [(name, fill(value)) for name, value in options]
    reading = RequirementSet(lookup, target)
    for option, value in options:
        if option in INCLUDES:
            reading.include(value, constrains=INCLUDES[option])
    form = "json" if command.json else "shell"
    named = [
        Asked(reading.constrain(found), Span(source, word.start, word.end), form)
        for word in plain
        if not word.text.startswith((".", "/", "-"))
        and (found := parse_requirement(fill(word.text)))
        and found.applies_to(target)
    ]
    given = [option for option, _ in options]
    everything = [*named, *_in_files(reading)]
    return PipRun(
        span=span,
        asked=tuple(everything[:MAX_ASKED]),
        files=tuple(reading.files),
        whole="--no-deps" not in given and _is_whole(reading, everything),
        foreign=any(map(_FOREIGN.fullmatch, (*given, *reading.options))),
        upgrades="-U" in given or "--upgrade" in given,
        python=UNKNOWN if "--python" in given or "-p" in given else python,
        managed=_is_systems(command) and not any(map(_ELSEWHERE.fullmatch, given)),
    )


def file_run(source: Source, lookup: Lookup) -> PipRun:
    """A requirement file by itself, as if pip were told to install it and nothing else were known."""
    reading = RequirementSet(lookup, Target(architecture="x86_64"))
    reading.add(source, source.path.name)
    foreign = any(map(_FOREIGN.fullmatch, reading.options))
    found = tuple(_in_files(reading))
    return PipRun(Span(source, 0, 0), found, tuple(reading.files), _is_whole(reading, found), foreign)


def _is_systems(command: Command) -> bool:
    """Whether it is whatever pip the system finds first."""
    return "/" not in command.texts[0] and command.name != "uv"


def _head(texts: Sequence[str]) -> tuple[int, str] | None:
    """How many words come before the arguments of ``pip install``, and the Python it says."""
    name = texts[0].rpartition("/")[2]
    if name == "uv" and texts[1:3] == ("pip", "install"):
        return 3, ""
    if (python := _PYTHON.fullmatch(name)) and texts[1:3] == ("-m", "pip"):
        length = 3
    elif python := _PIP.fullmatch(name):
        length = 1
    else:
        return None
    while length < len(texts) and texts[length].startswith("-"):  # such as --no-cache-dir
        length += 1
    if texts[length : length + 1] != ("install",):
        return None
    minor = python[1] or ""
    return length + 1, minor if "." in minor else UNKNOWN if minor == "2" else ""


def _split(words: Sequence[Word]) -> tuple[list[tuple[str, str]], list[Word]]:
    """Options with their values, and the words that are none."""
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


def _is_whole(reading: RequirementSet[Source], asked: Sequence[Asked]) -> bool:
    """Whether all is known that pip goes by: what it is asked for, and that no constraint binds the rest."""
    names = {one.name for one in asked}
    bound = all(line.requirement.name in names for line in reading.constraints)
    return reading.complete and bound and len(asked) <= MAX_ASKED


def _in_files(found: RequirementSet[Source]) -> list[Asked]:
    return [
        Asked(line.requirement, Span(line.file, line.start, line.end), "file") for line in found.constrained()
    ]
