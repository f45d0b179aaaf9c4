"""A registry on loopback that hands nothing out: `limited/` was asked too often, all else wants a login."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = "refusing.invalid"
"""The registry's name in faults; `mirrors` says where it is."""

LIMIT = (429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit.")
LOGIN = (403, "DENIED", "requested access to the resource is denied")


@contextmanager
def serving() -> Iterator[str]:
    """Its address, as long as the context lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._refuse()

    def do_HEAD(self) -> None:
        self._refuse()

    def _refuse(self) -> None:
        status, code, message = LIMIT if self.path.startswith("/v2/limited/") else LOGIN
        if self.path == "/v2/":
            self._answer(200, {})
        else:
            self._answer(status, {"errors": [{"code": code, "message": message}]})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""
