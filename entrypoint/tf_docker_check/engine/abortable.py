"""A connection for one long response: the engine is stopped by closing it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import requests

from tf_docker_check.engine.client import Client, client
from tf_docker_check.engine.endpoint import Endpoint


class AbortableConnection:
    """A connection to *endpoint*; *silence* is its read timeout in seconds."""

    def __init__(self, endpoint: Endpoint, version: str, silence: float) -> None:
        self.api: Client = client(endpoint, version, timeout=silence)
        self.api.silence = silence
        self._responses: list[requests.Response] = []
        self.api.hooks["response"].append(lambda response, **_: self._responses.append(response))

    def allow_silence(self, seconds: float) -> None:
        """Wait up to *seconds* between the parts of every response that has begun."""
        self.api.silence = seconds
        self._each_socket(lambda opened: opened.settimeout(seconds))

    def abort(self) -> None:
        """Close the connection of every response so far. A later request is not affected."""
        self._each_socket(lambda opened: opened.shutdown(socket.SHUT_RDWR))

    def _each_socket(self, act: Callable[[socket.socket], None]) -> None:
        """Call *act* with the socket of every response so far; errors are ignored."""
        for response in self._responses:
            with suppress(OSError, AttributeError):  # ended by itself just now
                connection: Any = response.raw.connection
                act(connection.sock)
