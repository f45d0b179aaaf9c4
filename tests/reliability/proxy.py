"""An engine's socket that answers some requests with an error, or late."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

_REQUEST = re.compile(rb"(GET|POST|DELETE|HEAD|PUT) (\S+) HTTP/1\.1\r\n")
ANSWER = b'{"message":"trouble made on purpose"}'


class Proxy:
    """Passes everything on to *target* but requests that *pattern* (``DELETE /containers/``) is found in.

    The first *times* of those get *status*, or, where that is 0, are passed on after *delay* seconds.
    `seen` is set at the first.
    """

    def __init__(
        self,
        path: Path,
        target: str,
        pattern: str,
        *,
        status: int = 500,
        delay: float = 0,
        times: int = 10**9,
    ) -> None:
        self.path, self.seen = path, threading.Event()
        self._target, self._pattern = target, re.compile(pattern.encode())
        self._status, self._delay, self._times = status, delay, times
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._target)
                threading.Thread(target=self._up, args=(near, far), daemon=True).start()
                threading.Thread(target=_pass_on, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                if self._is_hit(data):
                    if self._status:
                        near.sendall(self._answer())
                        for end in (near, far):
                            end.shutdown(socket.SHUT_RDWR)
                        return
                    time.sleep(self._delay)
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)

    def _is_hit(self, data: bytes) -> bool:
        """A request is taken to begin where a piece does: the SDK and buildx write it so."""
        found = _REQUEST.match(data)
        if not (found and self._times > 0 and self._pattern.search(found[1] + b" " + found[2])):
            return False
        self._times -= 1
        self.seen.set()
        return True

    def _answer(self) -> bytes:
        head = f"HTTP/1.1 {self._status} Trouble\r\nContent-Type: application/json\r\nConnection: close\r\n"
        return f"{head}Content-Length: {len(ANSWER)}\r\n\r\n".encode() + ANSWER

    def close(self) -> None:
        """Nobody listens any more; what is under way goes on."""
        self._listener.close()
        self.path.unlink(missing_ok=True)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
