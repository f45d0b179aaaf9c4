"""The runner's side, as its sources have it: how it splits output, finds commands, reads files.

Rules from actions/runner: ActionCommand.TryParse and TryParseV2, ActionCommandManager.TryProcessCommand,
FileCommandManager.
"""

from __future__ import annotations

import re

COMMANDS = {
    *(
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "internal-set-repo-path",
    ),
    *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}


def lines(output: str) -> list[str]:
    return re.split(r"\r\n|\n|\r", output)


def unescaped(text: str, *more: tuple[str, str]) -> str:
    for escape, character in (*more, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def properties(text: str, separator: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(separator))
    return {
        name.strip(): unescaped(value, ("%3A", ":"), ("%2C", ",")) for name, equals, value in pairs if equals
    }


def new_style(line: str, names: set[str]) -> tuple[str, dict[str, str], str] | None:
    """``::name key=value::data`` after leading white space."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    name = name.lower()
    return (name, properties(rest, ","), unescaped(line[end + 2 :])) if name in names else None


def old_style(line: str, names: set[str]) -> tuple[str, dict[str, str], str] | None:
    """``##[name key=value]data`` anywhere."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    name = name.lower()
    return (name, properties(rest, ";"), unescaped(line[end + 1 :])) if name in names else None


def commands(output: str, *, stoppable: bool = True) -> list[tuple[str, dict[str, str], str]]:
    """The commands that take effect; with `stoppable` false, of a runner that never stops."""
    found, stopped, names = [], "", set(COMMANDS)
    for line in lines(output):
        command = new_style(line, names) or old_style(line, names)
        if command is None:
            continue
        if stopped:
            if command[0] == stopped:
                names.discard(stopped)
                stopped = ""
        elif command[0] == "stop-commands":
            if stoppable:
                stopped = command[2].lower()
                names.add(stopped)
        else:
            found.append(command)
    return found


def file_command(text: str) -> dict[str, str]:
    """A file of ``name=value`` and ``name<<delimiter`` entries."""
    values, left = {}, text.split("\n")
    while left:
        line = left.pop(0)
        equals, heredoc = line.find("="), line.find("<<")
        if not line:
            continue
        if heredoc >= 0 and not 0 <= equals < heredoc:
            name, delimiter = line[:heredoc], line[heredoc + 2 :]
            end = left.index(delimiter)
            values[name] = "\n".join(left[:end])
            left = left[end + 1 :]
        elif equals >= 0:
            values[line[:equals]] = line[equals + 1 :]
        else:
            raise ValueError(f"invalid format {line!r}")
    return values
