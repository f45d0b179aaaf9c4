"""What a container printed, bounded: how it began and how it ended."""

from __future__ import annotations

from collections import deque


class Transcript:
    """Keeps the first *head* and the last *tail* characters of what is added."""

    def __init__(self, head: int, tail: int) -> None:
        self._room, self._tail_size = head, tail
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._held = 0
        self._dropped = 0

    def add(self, text: str) -> None:
        """Append *text*."""
        if self._room:
            self._head.append(text[: self._room])
            text, self._room = text[self._room :], max(0, self._room - len(text))
        if text:
            self._tail.append(text)
            self._held += len(text)
        while self._held > self._tail_size:
            self._cut(self._held - self._tail_size)

    def _cut(self, surplus: int) -> None:
        oldest = self._tail.popleft()
        if len(oldest) > surplus:
            self._tail.appendleft(oldest[surplus:])
        lost = min(surplus, len(oldest))
        self._held -= lost
        self._dropped += lost

    def __str__(self) -> str:
        gap = f"\n[… {self._dropped} characters left out …]\n" if self._dropped else ""
        return "".join([*self._head, gap, *self._tail])
