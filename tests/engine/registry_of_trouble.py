"""A registry on loopback that answers each repository with another trouble.

`seen` of its server are the repositories that were asked for.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "missing": (404, "MANIFEST_UNKNOWN", "manifest unknown"),
    "unauthorized": (401, "UNAUTHORIZED", "authentication required"),
    "forbidden": (403, "DENIED", "requested access to the resource is denied"),
    "limited": (429, "TOOMANYREQUESTS", "you have reached your pull rate limit"),
    "broken": (500, "UNKNOWN", "boom \x1b[31m::error::forged"),
    "gateway": (502, "UNKNOWN", "bad gateway"),
    "unavailable": (503, "UNAVAILABLE", "service unavailable"),
}
PORTAL, SILENT = "portal", "silent"  # one answers with a web page, one never


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        repository = [*self.path.split("/"), "", ""][2]
        self.server.seen.add(repository)  # type: ignore[attr-defined]
        if repository in TRICKS:
            with suppress(OSError):  # it does not wait for the end
                TRICKS[repository](self)
            self.close_connection = True
        elif repository == SILENT:
            self.server.over.wait()  # type: ignore[attr-defined]
        elif repository in ANSWERS:
            code, kind, message = ANSWERS[repository]
            self._say(code, json.dumps({"errors": [{"code": kind, "message": message}]}), "application/json")
        else:
            self._say(200, "<html>Please log in</html>" if repository else "{}", "text/html")

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def _say(self, code: int, body: str, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if code == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="here"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body.encode())

    def pause(self) -> bool:
        """Wait a second; whether to go on."""
        return not self.server.over.wait(1)  # type: ignore[attr-defined]

    def begin(self, length: int) -> None:
        """The head of an answer with a manifest of *length* bytes."""
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
        self.send_header("Docker-Content-Digest", f"sha256:{'0' * 64}")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


def _slow_head(handler: _Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while handler.pause():
        handler.wfile.write(b"X-Patience: please\r\n")


def _slow_body(handler: _Handler) -> None:
    handler.begin(10_000)
    while handler.pause():
        handler.wfile.write(b" ")


def _torn(handler: _Handler) -> None:
    handler.begin(10_000)
    handler.wfile.write(b'{"schemaVersion": 2,')


def _reset(handler: _Handler) -> None:
    at_once = struct.pack("ii", 1, 0)  # what is not sent yet is dropped, and the other end gets a reset
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()


def _loop(handler: _Handler) -> None:
    handler.send_response(307)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


TRICKS: dict[str, Callable[[_Handler], None]] = {
    "slow-head": _slow_head,
    "slow-body": _slow_body,
    "torn": _torn,
    "reset": _reset,
    "loop": _loop,
}


@contextmanager
def serving() -> Iterator[str]:
    """The registry's address."""
    with server() as running:
        yield f"127.0.0.1:{running.server_port}"


@contextmanager
def server(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[ThreadingHTTPServer]:
    """The registry at an address of this machine."""
    running = ThreadingHTTPServer((host, 0), _Handler)
    running.over, running.seen = threading.Event(), set[str]()  # type: ignore[attr-defined]
    running.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls:
        running.socket = tls.wrap_socket(running.socket, server_side=True)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        running.over.set()  # type: ignore[attr-defined]
        running.shutdown()
        running.server_close()
