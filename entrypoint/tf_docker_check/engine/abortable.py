"""One connection for one long response: closing it is how the engine is told to stop."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import requests

from tf_docker_check.engine.client import Client, client
from tf_docker_check.engine.endpoint import Endpoint


class AbortableConnection:
    """A connection to *endpoint*; *silence* is its read timeout in seconds."""

    def __init__(self, endpoint: Endpoint, version: str, silence: float) -> None:
        self.api: Client = client(endpoint, version, timeout=silence)
        self._responses: list[requests.Response] = []
        self.api.hooks["response"].append(lambda response, **_: self._responses.append(response))

    def abort(self) -> None:
        """Close the connection of every response so far; errors are ignored. A later request is not affected."""
        for response in self._responses:
            with suppress(OSError, AttributeError):  # ended by itself just now
                connection: Any = response.raw.connection
                connection.sock.shutdown(socket.SHUT_RDWR)
