"""BuildKit's structured progress, as `buildx build --progress=rawjson` prints it (buildx 0.13 and later)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tf_docker_check.engine.steps import Steps

LONGEST_OBJECT = 8 * 1024 * 1024


class RawJson:
    """Reads concatenated JSON objects, one per line or indented over many, between plain text.

    Feed it bytes as they come; it returns the names of the steps that just began.
    """

    def __init__(self) -> None:
        self.steps = Steps()
        self._line = b""
        self._object: list[bytes] = []
        self._spans: dict[str, dict[str, float]] = {}
        self._over = False  # buildx prints its final error, which quotes the Dockerfile

    def feed(self, data: bytes) -> list[str]:
        """Read the next bytes; return the names of the steps that they begin."""
        *whole, self._line = (self._line + data).split(b"\n")
        if len(self._line) + sum(map(len, self._object)) > LONGEST_OBJECT:
            self._give_up()
        return [name for line in whole for name in self._take(line)]

    def _give_up(self) -> None:
        """Keep the pending bytes as plain text: they are not a status object."""
        self.steps.add_text(b"\n".join([*self._object, self._line]).decode(errors="replace"))
        self._object, self._line = [], b""

    def finish(self) -> None:
        """End the stream: read the last line."""
        self.feed(b"\n")
        self._give_up()

    def _take(self, line: bytes) -> Iterator[str]:
        if not self._object and (self._over or not line.startswith(b"{")):
            self._over = self._over or line.startswith(b"ERROR: ")
            self.steps.add_text(line.decode(errors="replace") + "\n")
            return
        self._object.append(line)
        if line.rstrip() != b"}" and not (len(self._object) == 1 and line.rstrip().endswith(b"}")):
            return
        text, self._object = b"\n".join(self._object), []
        status = _status(text)
        if status is None:
            self.steps.add_text(text.decode(errors="replace") + "\n")
            return
        for vertex in status["vertexes"]:
            yield from self._vertex(vertex)
        for log in status["logs"]:
            self.steps.active(self.steps.step(str(log.get("vertex", "")))).print(_decode_output(log))

    def _vertex(self, vertex: Mapping[str, Any]) -> Iterator[str]:
        key = str(vertex.get("digest", ""))
        step = self.steps.step(key, str(vertex.get("name", "")))
        step.name = step.name or str(vertex.get("name", ""))
        step.cached = step.cached or bool(vertex.get("cached"))
        step.error = str(vertex.get("error") or step.error)
        started, completed = vertex.get("started"), vertex.get("completed")
        if not started:
            return
        if key not in self._spans:
            self.steps.active(step)
            yield step.name
        spans = self._spans.setdefault(key, {})
        if completed:  # a step may start more than once, and BuildKit repeats its end
            spans[str(started)] = _seconds(started, completed)
            step.seconds = sum(spans.values())


def _status(text: bytes) -> dict[str, list[Mapping[str, Any]]] | None:
    """Return the vertexes and logs of a progress message; None where *text* is not one."""
    try:
        status = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(status, dict):
        return None
    lists = {name: status.get(name) or [] for name in ("vertexes", "logs")}
    whole = all(
        isinstance(items, list) and all(isinstance(item, dict) for item in items) for items in lists.values()
    )
    return lists if whole else None


def _decode_output(log: Mapping[str, Any]) -> str:
    """Decode what a step printed; empty where it is not base64."""
    try:
        return base64.b64decode(str(log.get("data") or "")).decode(errors="replace")
    except ValueError:
        return ""


def _seconds(started: object, completed: object) -> float:
    """Return the seconds between two of BuildKit's timestamps; 0 where they cannot be read."""
    try:
        return max((_time(str(completed)) - _time(str(started))).total_seconds(), 0.0)
    except ValueError:
        return 0.0


def _time(text: str) -> datetime:
    """Parse RFC 3339 with nanoseconds, of which Python keeps the first six digits. Raises ValueError."""
    whole, _, fraction = re.sub(r"Z$|[+-][0-9][0-9]:[0-9][0-9]$", "", text).partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}")
