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

    def feed(self, data: bytes) -> list[str]:
        """Take the next bytes."""
        *whole, self._line = (self._line + data).split(b"\n")
        if len(self._line) + sum(map(len, self._object)) > LONGEST_OBJECT:
            self._give_up()
        return [name for line in whole for name in self._take(line)]

    def _give_up(self) -> None:
        """Whatever this is, it is no status."""
        self.steps.say(b"\n".join([*self._object, self._line]).decode(errors="replace"))
        self._object, self._line = [], b""

    def finish(self) -> None:
        """No more will come."""
        self.feed(b"\n")
        self._give_up()

    def _take(self, line: bytes) -> Iterator[str]:
        if not self._object and not line.startswith(b"{"):
            self.steps.say(line.decode(errors="replace") + "\n")
            return
        self._object.append(line)
        if line.rstrip() != b"}" and not (len(self._object) == 1 and line.rstrip().endswith(b"}")):
            return
        text, self._object = b"\n".join(self._object), []
        try:
            status = json.loads(text)
        except ValueError:
            self.steps.say(text.decode(errors="replace") + "\n")
            return
        yield from self._status(status)

    def _status(self, status: Mapping[str, Any]) -> Iterator[str]:
        for vertex in status.get("vertexes") or []:
            yield from self._vertex(vertex)
        for log in status.get("logs") or []:
            text = base64.b64decode(log.get("data") or "").decode(errors="replace")
            self.steps.active(self.steps.step(str(log.get("vertex", "")))).print(text)

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
        if completed:  # a step may start more than once, and each end is told more than once
            spans[started] = _seconds(started, completed)
            step.seconds = sum(spans.values())


def _seconds(started: str, completed: str) -> float:
    return max((_time(completed) - _time(started)).total_seconds(), 0.0)


def _time(text: str) -> datetime:
    """RFC 3339 with nanoseconds, of which Python keeps the first six digits."""
    whole, _, fraction = re.sub(r"Z$|[+-]\d\d:\d\d$", "", text).partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}")
