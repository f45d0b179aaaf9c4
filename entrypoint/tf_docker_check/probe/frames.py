"""Tell evidence from everything else a container prints.

A frame is a line that ends in our marker, the run's random nonce and one JSON object. Whatever
does not hold up as a frame is text: an image may print anything, also imitations of us.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.model.text import plain

MAX_LINE = 64 * 1024
MAX_STRING = 4000
MAX_ITEMS = 400
MAX_DEPTH = 4
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}")


@dataclass(frozen=True)
class Frame:
    """One piece of evidence. `at` is in seconds since the probe began, `size` that of its text."""

    kind: str
    at: float
    fields: dict[str, Any] = field(default_factory=dict)
    size: int = 0


class Reader:
    """Splits a stream, fed in pieces of any size, into frames and text (see `text_of`)."""

    def __init__(self, nonce: str) -> None:
        self._marker = f"\x1etfdc:{nonce} ".encode()
        self._open = b""  # a line that has not ended yet

    def feed(self, data: bytes) -> Iterator[Frame | bytes]:
        """What has become complete with *data*, in order."""
        lines, ended, self._open = (self._open + data).rpartition(b"\n")
        if ended:
            yield from self._sort(lines + ended)
        if len(self._open) > MAX_LINE:
            yield from self.end()

    def end(self) -> Iterator[Frame | bytes]:
        """What was left without a line's end."""
        rest, self._open = self._open, b""
        yield from self._sort(rest)

    def _sort(self, data: bytes) -> Iterator[Frame | bytes]:
        while self._marker in data:
            before, _, after = data.partition(self._marker)
            line, ended, data = after.partition(b"\n")
            frame = parse(line)
            text = before if frame else before + self._marker + line + ended
            if text:
                yield text
            if frame:
                yield frame
        if data:
            yield data


def text_of(data: bytes) -> str:
    """What an image printed, made plain. It costs too much to be done to what is dropped anyway."""
    return plain(data.decode("utf-8", "replace"))


def parse(data: bytes) -> Frame | None:
    """The frame in *data*, or None where it does not hold up."""
    if len(data) > MAX_LINE:
        return None
    try:
        value = json.loads(data.decode("ascii"), parse_constant=_refuse)
        fields = bounded(value)
        kind, at = fields.pop("kind"), fields.pop("at")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(kind, str) or not isinstance(at, (int, float)) or isinstance(at, bool):
        return None
    return Frame(kind, max(0.0, float(at)), fields, len(data))


def bounded(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """*value* if it is JSON of a bearable size, its strings made plain and cut; else ValueError."""
    if isinstance(value, str):
        return plain(value)[:MAX_STRING]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        if not -(2**63) <= value <= 2**63:  # nor infinity; of numbers of any length, unlike math.isfinite
            raise ValueError("not a number a fact can be")
        return value
    if depth >= MAX_DEPTH or len(value) > MAX_ITEMS:
        raise ValueError("too deep or too long")
    if isinstance(value, list):
        return [bounded(item, depth + 1) for item in value]
    return {plain(key)[:200]: bounded(item, depth + 1) for key, item in value.items()}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def is_name(value: object) -> bool:
    """Whether *value* can be the name of a fact."""
    return isinstance(value, str) and bool(_NAME.fullmatch(value))
