"""Format values, keys and suggestions for messages. The values are untrusted text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from tf_docker_check.model.text import one_line

_PLAIN_KEY = re.compile(r"[\w@*?./-]{1,60}")


def show_value(value: object) -> str:
    """Return *value* quoted for a message: short, one line, printable."""
    if isinstance(value, str):
        return repr(one_line(value, 60))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "keys and values"
    return "nothing" if value is None else str(value)


def dotted_path(path: Iterable[str | int]) -> str:
    """Return a path as users write it: ``strategies.slim.install[0]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if _PLAIN_KEY.fullmatch(part) else show_value(part)
            text += f".{key}" if text else key
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'slim'?``, or empty if nothing is close to *word*."""
    near = difflib.get_close_matches(word.lower()[:60], list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
