"""The two syntaxes of a command: Runner.Common/ActionCommand.cs, TryParseV2 and TryParse."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """`name` is in lower case: the runner compares names without regard to case."""

    name: str
    data: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def parse(line: str, registered: Collection[str]) -> Command | None:
    """The command in *line* whose name is one of *registered* (lower case), if there is one."""
    return _either(line, registered) or _either(_seen(line), registered)


def _either(line: str, registered: Collection[str]) -> Command | None:
    return _new(line, registered) or _old(line, registered)


def _new(line: str, registered: Collection[str]) -> Command | None:
    """``::name key=value,key=value::data`` after leading white space."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    return _command(line[2:end], ",", PROPERTY, unescaped(line[end + 2 :], DATA), registered)


def _old(line: str, registered: Collection[str]) -> Command | None:
    """``##[name key=value;key=value]data`` anywhere; only its first appearance is looked at."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    return _command(line[start + 3 : end], ";", OLD, unescaped(line[end + 1 :], OLD), registered)


def _command(
    told: str, separator: str, escapes: tuple[tuple[str, str], ...], data: str, registered: Collection[str]
) -> Command | None:
    name, _, rest = told.partition(" ")
    if name.lower() not in registered:
        return None
    pairs = (pair.partition("=") for pair in rest.strip().split(separator))
    properties = {key: unescaped(value, escapes) for key, equals, value in pairs if equals}
    return Command(name.lower(), data, properties)


def unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    """*text* with each escape undone, in the runner's order: the per cent sign last."""
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def _seen(line: str) -> str:
    """*line* without what a search by the rules of a language may look through."""
    return "".join(each for each in line if each == "\t" or not _weightless(each))


def _weightless(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Mn"} or character in "\u115f\u1160\u3164\uffa0"
