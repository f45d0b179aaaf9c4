"""Quote values for a POSIX shell, for commands that people copy from a report and paste.

The output is printable ASCII whatever the values are, and contains no `<!`: no report has to clean, escape or
cut it, so the quoting cannot be undone on the way. A byte that cannot be typed is printed by printf, in
octal. No word spans two lines, so indentation and a terminal's line limit change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_LINE = 4000
"""Characters of one line: terminals hand a shell that edits no lines at most 4095, and cut the rest."""

MOST = 60_000
"""Characters of all lines: nobody pastes more."""

_BARE = re.compile(r"[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*")
_PARTS = re.compile(r"(?P<typed>[ -~]+)|(?P<other>(?:\n+[^\n]|[^ -~\n])+)|(?P<end>\n+)")


class CannotBeShown(Exception):
    """A value that no line of a shell can hold; the message says why, in our own words."""


def word(value: str) -> str:
    """Return one word that a POSIX shell reads as exactly *value*. Raises CannotBeShown."""
    if _BARE.fullmatch(value):
        return value
    return "".join(map(_part, _PARTS.finditer(value))) or "''"


def line(*values: str) -> str:
    """Return *values* as the words of one command. Raises CannotBeShown."""
    return " ".join(map(word, values))


def print_command(text: str) -> str:
    """Return a command over several lines that prints *text*, a word per line, with one final line break."""
    body = text[:-1] if text.endswith("\n") else text
    return " \\\n".join(["printf '%s\\n'", *(f"  {_always_quote(word)}" for word in body.split("\n"))])


def script(commands: Iterable[str]) -> str:
    """Return *commands*, one per line. Raises CannotBeShown if they are too long to be pasted."""
    text = "\n".join(commands)
    if len(text) > MOST or any(len(line) > MOST_LINE for line in text.split("\n")):
        raise CannotBeShown("they are too long to be pasted")
    return text


def _always_quote(value: str) -> str:
    """Return *value* as `word` does, always quoted, so that lines of a file look alike."""
    written = word(value)
    return f"'{written}'" if written == value else written


def _part(part: re.Match[str]) -> str:
    if part["typed"]:
        return _quote(part["typed"])
    if part["end"] or "\0" in part["other"]:
        raise CannotBeShown("a value in them cannot be typed: it holds a NUL or ends in a line break")
    try:
        octal = "".join(f"\\{byte:03o}" for byte in part["other"].encode())
    except UnicodeEncodeError:
        raise CannotBeShown("a value in them is not Unicode") from None
    return f"\"$(printf '{octal}')\""


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'").replace("<!", "<''!") + "'"
