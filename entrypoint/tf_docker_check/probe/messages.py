"""Separate the probe's messages from everything else a container prints.

A message is a line that ends in our marker, the run's random nonce and one JSON object. Whatever is not a
valid message is text: an image may print anything, including imitations of our messages.
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
class ProbeMessage:
    """One message of the probe. `at` is in seconds since it began, `size` is the text's in bytes."""

    kind: str
    at: float
    fields: dict[str, Any] = field(default_factory=dict)
    size: int = 0


class Reader:
    """Splits a stream, fed in pieces of any size, into messages and text (see `plain_text`)."""

    def __init__(self, nonce: str) -> None:
        self._marker = f"\x1etfdc:{nonce} ".encode()
        self._open = b""  # a line that has not ended yet

    def feed(self, data: bytes) -> Iterator[ProbeMessage | bytes]:
        """Yield the messages and lines that *data* completes, in order."""
        lines, ended, self._open = (self._open + data).rpartition(b"\n")
        if ended:
            yield from self._sort(lines + ended)
        if len(self._open) > MAX_LINE:
            yield from self.end()

    def end(self) -> Iterator[ProbeMessage | bytes]:
        """Yield what was left without a line break."""
        rest, self._open = self._open, b""
        yield from self._sort(rest)

    def _sort(self, data: bytes) -> Iterator[ProbeMessage | bytes]:
        while self._marker in data:
            before, _, after = data.partition(self._marker)
            line, ended, data = after.partition(b"\n")
            message = parse(line)
            text = before if message else before + self._marker + line + ended
            if text:
                yield text
            if message:
                yield message
        if data:
            yield data


def plain_text(data: bytes) -> str:
    """Return printed text without control characters. Slow: only for text that is kept."""
    return plain(data.decode("utf-8", "replace"))


def parse(data: bytes) -> ProbeMessage | None:
    """Return the message in *data*, or None where it is not valid."""
    if len(data) > MAX_LINE:
        return None
    try:
        value = json.loads(data.decode("ascii"), parse_constant=_refuse)
        fields = check_fact(value)
        kind, at = fields.pop("kind"), fields.pop("at")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(kind, str) or not isinstance(at, (int, float)) or isinstance(at, bool):
        return None
    return ProbeMessage(kind, max(0.0, float(at)), fields, len(data))


def check_fact(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return *value* with its strings cleaned and cut. Raises ValueError where it is too deep or too long."""
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
        return [check_fact(item, depth + 1) for item in value]
    return {plain(key)[:200]: check_fact(item, depth + 1) for key, item in value.items()}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def is_name(value: object) -> bool:
    """Return whether *value* can be the name of a fact."""
    return isinstance(value, str) and bool(_NAME.fullmatch(value))
