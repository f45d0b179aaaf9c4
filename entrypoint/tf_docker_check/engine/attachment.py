"""Attach to a container's streams: write its stdin, read its output."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.stream import Lines
from tf_docker_check.errors import EngineError

CHUNK = 256 * 1024
STOP_EVERY = 0.5  # seconds between two looks at whether to stop
KILL_GRACE = 30.0  # seconds between our SIGKILL and giving up on the engine


@contextmanager
def attach(api: Client, container: str, **streams: int) -> Iterator[socket.socket]:
    """Connect to some of a container's streams: ``stdin=1``, or ``stdout=1, stderr=1``."""
    handle: Any = api.attach_socket(container, params={"stream": 1, **streams})
    connection = getattr(handle, "_sock", handle)  # TLS comes bare, the others inside a reader
    try:
        yield connection
    finally:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        getattr(handle, "_response", handle).close()  # the SDK hangs the answer on the handle


def send(connection: socket.socket, data: bytes) -> None:
    """Write *data* to a stdin attachment and close it; errors are ignored, for a process need not read it."""
    with suppress(OSError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


def receive(
    connection: socket.socket,
    seconds: float,
    kill: Callable[[], None],
    take: Callable[[bytes], None],
    stop: Event | None = None,
) -> bool:
    """Hand each printed line to *take* until the container ends; return whether it had to be killed.

    *kill* is called after *seconds*, or once *stop* is set. Raises EngineError where the container survives that.
    """
    lines, killed = Lines(), False
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or (stop and stop.is_set() and not killed):
            if killed:
                raise EngineError("the container engine does not end a container that was killed")
            kill()
            killed, deadline = True, time.monotonic() + KILL_GRACE
            continue
        data = _read(connection, min(left, STOP_EVERY) if stop else left)
        if data == b"":
            break
        for line in lines.feed(data or b""):
            take(line)
    for line in lines.rest():
        take(line)
    return killed


def _read(connection: socket.socket, seconds: float) -> bytes | None:
    """Return the next bytes; empty at the end, None at the timeout."""
    connection.settimeout(seconds)
    try:
        return connection.recv(CHUNK)
    except TimeoutError:
        return None
