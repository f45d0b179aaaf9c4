"""A registry on loopback that does what a test tells it to, right or wrong."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Reply:
    """`length`: what Content-Length says where that is not the truth."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Server:
    """Content by path; `interfere` may answer first."""

    address: str = ""
    content: dict[str, Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    interfere: Callable[[Request], Reply | None] = lambda _: None

    def blob(self, repository: str, data: bytes) -> dict[str, object]:
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.content[f"/v2/{repository}/blobs/{digest}"] = Reply(body=data)
        return {
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": digest,
            "size": len(data),
        }

    def image(self, repository: str, tag: str, layers: list[bytes], config: object = None) -> str:
        told = self.blob(repository, json.dumps(config or {"os": "linux", "architecture": "amd64"}).encode())
        told["mediaType"] = "application/vnd.oci.image.config.v1+json"
        manifest = {
            "schemaVersion": 2,
            "config": told,
            "layers": [self.blob(repository, each) for each in layers],
        }
        return self.manifest(repository, tag, {**manifest, "mediaType": MANIFEST}, MANIFEST)

    def index(self, repository: str, tag: str, images: dict[str, str]) -> str:
        entries = []
        for platform, digest in images.items():
            system, _, machine = platform.partition("/")
            size = len(self.content[f"/v2/{repository}/manifests/{digest}"].body)
            entries.append(
                {"digest": digest, "size": size, "platform": {"os": system, "architecture": machine}}
            )
        return self.manifest(
            repository, tag, {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}, INDEX
        )

    def manifest(self, repository: str, tag: str, document: object, kind: str) -> str:
        data = json.dumps(document).encode()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        reply = Reply(body=data, headers={"Content-Type": kind, "Docker-Content-Digest": digest})
        for name in (tag, digest):
            self.content[f"/v2/{repository}/manifests/{name}"] = reply
        return digest

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        kind = "BLOB" if "/blobs/" in request.path else "MANIFEST"
        missing = Reply(404, json.dumps({"errors": [{"code": f"{kind}_UNKNOWN"}]}).encode())
        return self.interfere(request) or self.content.get(request.path.partition("?")[0], missing)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            reply = server.answer(Request(self.command, self.path, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
            if reply.length is not None:
                self.close_connection = True

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.address = f"127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
