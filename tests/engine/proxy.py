"""An engine's socket that can be made to vanish while it is in use, or to hear what was not said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class Proxy:
    """Passes everything on to *target* until it is `cut`; then nobody listens any more.

    What *target* hears goes through *heard*, piece by piece, which must not change its length.
    """

    def __init__(self, path: Path, target: str, heard: Callable[[bytes], bytes] = bytes) -> None:
        self.path, self._target, self._heard = path, target, heard
        self._ends: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._target)
                self._ends += [near, far]
                for source, sink, change in ((near, far, self._heard), (far, near, bytes)):
                    threading.Thread(target=_pass_on, args=(source, sink, change), daemon=True).start()

    def cut(self) -> None:
        """The engine dies: its socket file stays, its connections break."""
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _pass_on(source: socket.socket, sink: socket.socket, change: Callable[[bytes], bytes]) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(change(data))
        sink.shutdown(socket.SHUT_WR)
