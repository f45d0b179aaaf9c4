"""Keep output of unknown size within a limit."""

from __future__ import annotations

from collections import deque


class Bounded:
    """Keeps the first quarter and the last three quarters of `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._head_room = limit // 4
        self._tail_limit = limit - self._head_room
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self.dropped = 0

    def add(self, data: bytes) -> None:
        """Append *data*; drop the middle beyond the limit."""
        room = self._head_room - len(self._head)
        self._head += data[:room]
        self._append_tail(data[max(room, 0) :])

    def _append_tail(self, data: bytes) -> None:
        if not data:
            return
        self._tail.append(data)
        self._tail_size += len(data)
        while self._tail_size > self._tail_limit:
            excess = self._tail_size - self._tail_limit
            oldest = self._tail.popleft()
            if len(oldest) > excess:
                self._tail.appendleft(oldest[excess:])
            lost = min(excess, len(oldest))
            self._tail_size -= lost
            self.dropped += lost

    def value(self) -> bytes:
        """Return what was kept, with a line in the gap that says how many bytes are missing."""
        gap = f"\n[... {self.dropped} bytes dropped ...]\n".encode() if self.dropped else b""
        return bytes(self._head) + gap + b"".join(self._tail)


def tail(text: str, limit: int) -> str:
    """Return the last `limit` characters of *text*, from the beginning of a line if possible."""
    if len(text) <= limit:
        return text
    kept = text[-limit:]
    return kept.partition("\n")[2] or kept
