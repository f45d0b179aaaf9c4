"""Two ports, on loopback if not told otherwise: the API with the results service, and storage for both."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fakegithub import results, runtime_token
from fakegithub.document import Violation
from fakegithub.message import Answer, Asked, Request
from fakegithub.rest import Rest
from fakegithub.state import Run, State
from fakegithub.storage import Storage
from fakegithub.troubles import Trouble, next_for

Answering = Callable[[Request], Answer]


@dataclass
class Running:
    """A fake GitHub that serves."""

    state: State
    url: str = ""
    """Where the REST API is: what GITHUB_API_URL holds."""
    requests: list[Asked] = field(default_factory=list)
    """Every request in order, those to the results service and the storage too."""
    violations: list[str] = field(default_factory=list)
    """What was asked or answered against GitHub's document; looked at when the server ends."""
    lock: Any = field(default_factory=threading.RLock)

    @property
    def results_url(self) -> str:
        """What ACTIONS_RESULTS_URL holds."""
        return f"{self.url}/"

    def runtime_token(self, run: int, job: str = "job") -> str:
        """What ACTIONS_RUNTIME_TOKEN holds in *job* of *run*, which is made where the state has none."""
        for repository in self.state.repositories.values():
            if run in repository.runs:
                break
        else:
            self.state.repository.runs[run] = Run(run, created=self.state.time())
        return runtime_token.make(run, job)

    def count(self, method: str = "") -> int:
        """How many requests there were, of one method or of all."""
        return sum(method in {"", asked.method} for asked in self.requests)


@contextlib.contextmanager
def start(state: State | None = None, port: int = 0, host: str = "127.0.0.1") -> Iterator[Running]:
    """Serve *state* until the block ends. Raises Violation there if there was any.

    *host* is an address of this machine; that of an engine's bridge serves its containers too.
    """
    running = Running(state or State())
    storage = Storage()
    with _serving(running, storage.answer, host, 0) as storage.base:
        rest = Rest(running.state, "", lambda what: storage.sign(what, running.state.signed_for))

        def answer(request: Request) -> Answer:
            if request.path.startswith("/twirp/"):
                return results.answer(request, running.state, storage)
            return rest.answer(request)

        with _serving(running, answer, host, port) as running.url:
            rest.base = running.url
            yield running
    if running.violations:
        raise Violation("\n".join(running.violations))


@contextlib.contextmanager
def _serving(running: Running, answering: Answering, host: str, port: int) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"running": running, "answering": staticmethod(answering)})
    with ThreadingHTTPServer((host, port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    running: Running
    answering: Answering
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if "transfer-encoding" in headers:
            self.close_connection = True  # no body was read: what follows is no request
            self._send(Answer(411))
            return
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, headers, body)
        with self.running.lock:
            trouble = next_for(self.running.state.troubles, request)
            answer = self._answer(request, trouble)
            closed = bool(trouble and trouble.close)
            self.running.requests.append(Asked(self.command, self.path, 0 if closed else answer.status))
        if trouble:
            time.sleep(trouble.stall)
        if closed:
            self._hang_up()
            return
        with contextlib.suppress(ConnectionError):  # who asked may be tired of waiting
            self._send(answer, trouble.cut_at if trouble else -1)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _answer(self, request: Request, trouble: Trouble | None) -> Answer:
        happens = trouble is None or trouble.effect or not (trouble.status or trouble.close)
        answer = Answer(200)
        if happens:
            try:
                answer = self.answering(request)
            except (Violation, results.Malformed) as violation:
                self.running.violations.append(str(violation))
                answer = Answer(500, {"message": f"violation: {violation}"})
            except Exception:
                self.running.violations.append(f"the fake itself failed:\n{traceback.format_exc()}")
                answer = Answer(500, {"message": "the fake itself failed"})
        return trouble.answer() if trouble and trouble.status else answer

    def _send(self, answer: Answer, cut_at: int = -1) -> None:
        body = answer.body
        self.send_response(answer.status)
        headers = {"content-type": "application/json; charset=utf-8", **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut_at < 0 else body[:cut_at])
        if cut_at >= 0:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Nothing: `Running.requests` says it all."""
