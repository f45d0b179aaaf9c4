"""A connection of its own for one long answer: cutting it is how the engine is told to stop."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import requests

from tf_docker_check.engine.client import Client, client
from tf_docker_check.engine.endpoint import Endpoint


class Cuttable:
    """A connection to *endpoint*; *silence* is how many seconds without a word it bears."""

    def __init__(self, endpoint: Endpoint, version: str, silence: float) -> None:
        self.api: Client = client(endpoint, version, timeout=silence)
        self._answers: list[requests.Response] = []
        self.api.hooks["response"].append(lambda answer, **_: self._answers.append(answer))

    def cut(self) -> None:
        """Break off the answer under way. One that has not begun yet is not ours to break."""
        for answer in self._answers:
            with suppress(OSError, AttributeError):  # ended by itself just now
                connection: Any = answer.raw.connection
                connection.sock.shutdown(socket.SHUT_RDWR)
