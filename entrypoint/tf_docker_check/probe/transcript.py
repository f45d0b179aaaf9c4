"""What a container printed, bounded: how it began and how it ended."""

from __future__ import annotations

from collections import deque

HEAD = 64 * 1024
TAIL = 192 * 1024


class Transcript:
    """Keeps the first HEAD and the last TAIL characters of what is added."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._room = HEAD
        self._tail: deque[str] = deque()
        self._held = 0
        self._dropped = 0

    def add(self, text: str) -> None:
        """Append *text*."""
        if self._room:
            kept, text = text[: self._room], text[self._room :]
            self._head.append(kept)
            self._room -= len(kept)
        if text:
            self._tail.append(text)
            self._held += len(text)
        while self._held - len(self._tail[0] if self._tail else "") >= TAIL:
            self._dropped += len(self._tail[0])
            self._held -= len(self._tail.popleft())

    def __str__(self) -> str:
        gap = f"\n[… {self._dropped} characters left out …]\n" if self._dropped else ""
        return "".join([*self._head, gap, *self._tail])
