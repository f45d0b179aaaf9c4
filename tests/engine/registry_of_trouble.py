"""A registry on loopback that answers each repository with another trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "missing": (404, "MANIFEST_UNKNOWN", "manifest unknown"),
    "unauthorized": (401, "UNAUTHORIZED", "authentication required"),
    "forbidden": (403, "DENIED", "requested access to the resource is denied"),
    "limited": (429, "TOOMANYREQUESTS", "you have reached your pull rate limit"),
    "broken": (500, "UNKNOWN", "boom \x1b[31m::error::forged"),
}
PORTAL, SILENT = "portal", "silent"  # one answers with a web page, one never


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        repository = [*self.path.split("/"), "", ""][2]
        if repository == SILENT:
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

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def serving() -> Iterator[str]:
    """The registry's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.over = threading.Event()  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
