"""How programs spell the end of a process and an error number, as parts of patterns.

In a pattern ``<<exit:KILL>>`` stands for every spelling of that signal's end (``exit code 137``,
``Restarting (137)``, ``signal: killed``), ``<<exit:127>>`` for one of that exit code, and
``<<errno:ENOMEM>>`` for one of that error. So all causes read exits and errors alike.
"""

from __future__ import annotations

import re

SIGNALS = {
    "ILL": (4, "[Ii]llegal instruction"),
    "ABRT": (6, "[Aa]bort(?:ed)?"),
    "BUS": (7, "[Bb]us error"),
    "KILL": (9, "[Kk]illed"),
    "SEGV": (11, "[Ss]egmentation fault"),
    "TERM": (15, "[Tt]erminated"),
}
"""Number and words of the signals that end processes."""

ERRORS = {
    "EPERM": (1, "[Oo]peration not permitted"),
    "ENOENT": (2, "[Nn]o such file or directory"),
    "EAGAIN": (11, "[Rr]esource temporarily unavailable"),
    "ENOMEM": (12, "[Cc]annot allocate memory|[Nn]ot enough space.{0,4} \\(errno=12\\)"),
    "EACCES": (13, "[Pp]ermission denied"),
    "ENOSPC": (28, "[Nn]o space left on device"),
    "EROFS": (30, "[Rr]ead-only file system"),
    "EADDRINUSE": (98, "[Aa]ddress already in use"),
    "EDQUOT": (122, "[Dd]isk quota exceeded"),
}
"""Number on Linux and words of the errors that system calls return."""

_PLACEHOLDER = re.compile(r"<<(exit|errno):(\w+)>>")
_BEFORE_CODE = (
    r"(?:[Ee]xit(?:ed|ing)?|EXIT|[Ss]tatus|STATUS|[Cc]ode|CODE|Restarting|[Rr]eturned|\brc|\] Error)"
    r"(?: is| of| was| with)?[\s:=(]{1,12}"
)
_BEFORE_CODE_IN_JSON = r"(?:[Cc]ode|[Ss]tatus)\\*\"\\*: ?"
_BEFORE_SIGNAL = r"(?:[Ss]ignal|SIGNAL|[Ss]ig)(?: was)?[\s:=(]{1,3}"
_BEFORE_NAME = (
    r"(?:(?:by|on|with|sent|received|got|caught|[Ss]ignal:?|of|due to) (?:signal )?"
    r"|Signals\.|status=\d{1,2}/|[(/])(?:SIG)?"
)


def expand(pattern: str) -> str:
    """Return *pattern* with each placeholder replaced by the alternatives it stands for."""
    return _PLACEHOLDER.sub(_alternatives, pattern)


def _alternatives(placeholder: re.Match[str]) -> str:
    """Return what a placeholder stands for, in a group unless it is an alternative by itself."""
    spelled = _READERS[placeholder[1]](placeholder[2])
    before, after = placeholder.string[: placeholder.start()], placeholder.string[placeholder.end() :]
    return spelled if before[-1:] in ("", "|") and after[:1] in ("", "|") else f"(?:{spelled})"


def _exit(what: str) -> str:
    if what.isdigit():
        return _codes(int(what))
    number, words = SIGNALS[what]
    codes = _codes(128 + number, -number, 256 - number)
    by_number = rf"{_BEFORE_SIGNAL}{number}\b|exitcode:? 0:{number}\b"
    by_name = rf"{_BEFORE_NAME}{what}\b|[Ss]ignal:? \(?{words}"
    return f"{codes}|{by_number}|{by_name}"


def _codes(*codes: int) -> str:
    numbers = "|".join(map(str, codes))
    return rf"{_BEFORE_CODE}(?:{numbers})\b|{_BEFORE_CODE_IN_JSON}(?:{numbers})\b"


def _errno(name: str) -> str:
    number, words = ERRORS[name]
    return rf"{words}|\b{name}\b|[Ee]rrno[\s:=\]]{{0,3}}{number}\b"


_READERS = {"exit": _exit, "errno": _errno}
