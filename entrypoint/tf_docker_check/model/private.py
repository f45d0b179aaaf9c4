"""What others must not see: names that look as if their values were private, and how values are hidden."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")
HIDDEN = "***"
_PRIVATE = re.compile(
    r"token|secret|passw|passphrase|(?:^|_)pass(?:$|_)|credential|(?:api|access|private|signing)_?key"
    r"|private|(?:^|_)auth(?:$|_)",
    re.IGNORECASE,
)


def is_private(name: str) -> bool:
    """Whether the value of an argument or environment variable called *name* should not be shown."""
    return _PRIVATE.search(name) is not None


def hidden(value: T, secrets: Collection[str]) -> T:
    """*value* (text, or dataclasses and containers of it) with `HIDDEN` in the place of each of *secrets*."""
    if not secrets:
        return value
    pattern = re.compile("|".join(map(re.escape, sorted(secrets, key=len, reverse=True))))
    shown: T = _hidden(value, pattern)
    return shown


def _hidden(value: Any, pattern: re.Pattern[str]) -> Any:  # noqa: ANN401 - any tree of values
    if isinstance(value, str) and not isinstance(value, Enum):
        return pattern.sub(HIDDEN, value)
    if isinstance(value, tuple | list):
        return type(value)(_hidden(item, pattern) for item in value)
    if isinstance(value, Mapping):
        return {_hidden(key, pattern): _hidden(item, pattern) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = {name: _hidden(item, pattern) for name, item in told.items()}
        return replace(value, **{name: item for name, item in changed.items() if item != told[name]})
    return value
