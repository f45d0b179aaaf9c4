"""What runs of pip ask for: on its command line and in the files that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tf_docker_check.lint.requirement import Asked
from tf_docker_check.lint.shell import Command, Word
from tf_docker_check.lint.source import Source, Span
from tf_docker_check.requirements.requirement import Target, parse_requirement

Lookup = Callable[[str], "Source | None"]
"""The requirement file of that name, if it can be found and read."""

Fill = Callable[[str], str]
"""A word with the variables of known value filled in."""

UNKNOWN = "?"
MOST_FILES = 20
MOST_ASKED = 2000  # of one run; beyond that it is not known what else is asked for
MOST_TENSORFLOWS = 20
_TAKES_VALUE = re.compile(
    r"-[rcifteptbC]|--(?:requirement|constraint|index-url|extra-index-url|find-links|target|prefix|root"
    r"|python|python-version|platform|abi|implementation|no-binary|only-binary|editable|trusted-host"
    r"|proxy|retries|timeout|cache-dir|src|progress-bar|upgrade-strategy|config-settings|cert|client-cert"
    r"|log|root-user-action|report|exists-action|global-option|build-option|use-feature|use-deprecated"
    r"|torch-backend|index|default-index|index-strategy|resolution|prerelease|python-platform|link-mode"
    r"|build-constraint|override)"
)
_FILES = {"-r": "file", "--requirement": "file", "-c": "constraint", "--constraint": "constraint"}
_FOREIGN = re.compile(
    r"-[if]|--(?:index-url|extra-index-url|find-links|no-index|index|default-index|platform|python-version"
    r"|no-binary|python-platform|torch-backend)"
)
_ELSEWHERE = re.compile(r"-t|--(?:target|prefix|root|break-system-packages)")
_SHORT = re.compile(r"(-[rcifte])(\S+)")
_PIP = re.compile(r"pip(3(?:\.\d+)?|2)?")
_PYTHON = re.compile(r"python(3(?:\.\d+)?|2)?")
_COMMENT = re.compile(r"(^|\s)#.*$")


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
    form = "json" if command.json else "shell"
    named = (
        _asked(fill(word.text), Span(source, word.start, word.end), form, target)
        for word in plain
        if not word.text.startswith((".", "/", "-"))
    )
    reading = _Reading(lookup, target)
    for option, value in options:
        if option in _FILES:
            reading.take(value, _FILES[option])
    given = [option for option, _ in options]
    everything = [*filter(None, named), *reading.asked]
    return PipRun(
        span=span,
        asked=tuple(everything[:MOST_ASKED]),
        files=tuple(reading.files),
        whole=reading.whole and "--no-deps" not in given and len(everything) <= MOST_ASKED,
        foreign=reading.foreign or any(map(_FOREIGN.fullmatch, given)),
        upgrades="-U" in given or "--upgrade" in given,
        python=UNKNOWN if "--python" in given or "-p" in given else python,
        managed=_is_systems(command) and not any(map(_ELSEWHERE.fullmatch, given)),
    )


def file_run(source: Source, lookup: Lookup) -> PipRun:
    """A requirement file by itself, as if pip were told to install it and nothing else were known."""
    reading = _Reading(lookup, Target(architecture="x86_64"))
    reading.read(source)
    start = Span(source, 0, 0)
    found = tuple(reading.asked[:MOST_ASKED])
    return PipRun(start, found, tuple(reading.files), reading.whole, reading.foreign)


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


class _Reading:
    """Requirement files, those they include too; each counts once."""

    def __init__(self, lookup: Lookup, target: Target) -> None:
        self.lookup, self.target = lookup, target
        self.asked: list[Asked] = []
        self.files: list[Source] = []
        self.whole, self.foreign = True, False

    def take(self, name: str, kind: str) -> None:
        """Read the file *name*; a constraint says nothing about what is installed, only narrows it."""
        source = self.lookup(name) if kind == "file" and len(self.files) < MOST_FILES else None
        if source is None:
            self.whole = False
        elif all(source.path != other.path for other in self.files):
            self.read(source)

    def read(self, source: Source) -> None:
        self.files.append(source)
        for entry in _entries(source, self.target):
            if isinstance(entry, str):
                self._option(entry)
            else:
                self.asked.append(entry)

    def _option(self, line: str) -> None:
        name, _, value = line.replace("=", " ", 1).partition(" ")
        if short := _SHORT.fullmatch(line):
            name, value = short[1], short[2]
        if name in _FILES:
            self.take(value.strip(), _FILES[name])
        self.foreign |= _FOREIGN.fullmatch(name) is not None


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    """Lines that begin a requirement or an option, without comments, with their offsets."""
    continued = False
    for start in source.starts:
        end = source.text.find("\n", start)
        line = _COMMENT.sub("", source.text[start : end if end >= 0 else None].rstrip())
        text = line.rstrip("\\").strip()
        if text and not continued:
            yield start + len(line) - len(line.lstrip()), text
        continued = line.endswith("\\")


@lru_cache(maxsize=512)
def _entries(source: Source, target: Target) -> list[Asked | str]:
    """The requirements and options in *source*; many runs of pip may name the same file."""
    return [
        entry
        for start, line in _lines(source)
        if (entry := line if line.startswith("-") else _of_line(source, start, line, target))
    ]


def _of_line(source: Source, start: int, line: str, target: Target) -> Asked | None:
    text = line.partition(" --")[0].rstrip()
    return _asked(text, Span(source, start, start + len(text)), "file", target)


def _asked(text: str, span: Span, form: str, target: Target) -> Asked | None:
    """The requirement *text* at *span*; None where it is none, or is not meant for *target*."""
    requirement = parse_requirement(text)
    return Asked(requirement, span, form) if requirement and requirement.applies_to(target) else None
