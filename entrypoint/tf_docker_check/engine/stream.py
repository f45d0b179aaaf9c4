"""Parse the engine's attach stream: frames of stdout and stderr on one connection."""

from __future__ import annotations

from collections.abc import Iterator

HEADER = 8  # stream number, three zeros, length in big-endian 32 bits (Engine API, ContainerAttach)
LONGEST_LINE = 1024 * 1024


class Lines:
    """Merges the two streams so that a line of one is never cut by the other's.

    Feed it what arrives; it hands back whole lines as soon as they are whole, and at the end
    what was left without a line break.
    """

    def __init__(self) -> None:
        self._raw = bytearray()
        self._open: dict[int, bytearray] = {}

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Read the next bytes of the connection; yield complete lines."""
        self._raw += data
        start = 0
        while len(self._raw) - start >= HEADER:
            end = start + HEADER + int.from_bytes(self._raw[start + 4 : start + HEADER], "big")
            if end > len(self._raw):
                break
            yield from self._frame(self._raw[start], self._raw[start + HEADER : end])
            start = end
        del self._raw[:start]

    def _frame(self, stream: int, payload: bytearray) -> Iterator[bytes]:
        pending = self._open.setdefault(stream, bytearray())
        whole = payload.rfind(b"\n") + 1
        if whole:
            yield bytes(pending + payload[:whole])
            pending.clear()
        pending += payload[whole:]
        if len(pending) > LONGEST_LINE:
            yield bytes(pending)
            pending.clear()

    def rest(self) -> Iterator[bytes]:
        """Yield what was printed without a final line break."""
        for pending in self._open.values():
            if pending:
                yield bytes(pending)
                pending.clear()
