"""The registry client: heads, manifests, configs and layers of images."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from tf_docker_check.errors import ImageNotFound
from tf_docker_check.image.reference import Reference, mirrored
from tf_docker_check.model.text import one_line
from tf_docker_check.net.retry import RetryableError
from tf_docker_check.registry import manifest as manifests
from tf_docker_check.registry.blob import read_verified
from tf_docker_check.registry.credentials import credentials
from tf_docker_check.registry.errors import Denied, Malformed
from tf_docker_check.registry.hosts import is_loopback
from tf_docker_check.registry.manifest import Descriptor, Index, Manifest
from tf_docker_check.registry.token import authorization
from tf_docker_check.registry.transport import Answer, Transport

MAX_CONFIG = 8 * 1024 * 1024


class Registry:
    """Client that uses docker's logins and mirrors. Thread-safe.

    `insecure` names registries (host or host:port) to use plain HTTP for; loopback always does. All methods
    raise ImageNotFound (the registry says that it does not exist), or a RegistryError: Denied, Throttled,
    Unreachable, Malformed.
    """

    def __init__(
        self,
        mirrors: Sequence[tuple[str, str]] = (),
        insecure: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._mirrors, self._insecure = tuple(mirrors), frozenset(insecure)
        self._environment = os.environ if environment is None else environment
        self._transport = transport or Transport()
        self._tokens: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def resolve(self, reference: str) -> Reference:
        """Parse *reference*, as users write it, and apply the mirrors. Raises UsageError."""
        return Reference.parse(mirrored(reference, self._mirrors))

    def head(self, reference: Reference) -> str:
        """Return the current digest of *reference*: one request, no content (Docker Hub does not count it)."""
        answer = self._get(reference, f"manifests/{reference.target}", 0, method="HEAD")
        digest = answer.headers.get("docker-content-digest", "")
        return digest if manifests.is_digest(digest) else self._fetch(reference)[1]

    def manifest(self, reference: Reference, platform: str = "linux/amd64") -> Manifest:
        """Fetch the manifest of one image: one request, or two if *reference* names an index."""
        document = self.index(reference)
        if isinstance(document, Index):
            document = self.index(reference.pinned(manifests.choose(document, platform).digest))
        if isinstance(document, Index):
            raise Malformed(f"{reference} is an index of indexes", why="such images are not supported")
        return document

    def index(self, reference: Reference) -> Manifest | Index:
        """Fetch what *reference* names: an image manifest, or an index of images by platform."""
        data, digest = self._fetch(reference)
        return manifests.parse(data, digest)

    def config(self, reference: Reference, manifest: Manifest) -> dict[str, Any]:
        """Fetch the image's config: environment, user, entrypoint, history and so on."""
        descriptor = manifest.config
        if descriptor.size > MAX_CONFIG:
            raise Malformed(f"the config of {reference} is too large", why=f"{descriptor.size} bytes")
        data = b"".join(self.blob(reference, descriptor))
        try:
            config = json.loads(data)
        except (ValueError, RecursionError):
            config = None
        if not isinstance(config, dict):
            raise Malformed(f"the config of {reference} is not a JSON object")
        return config

    def blob(self, reference: Reference, descriptor: Descriptor) -> Generator[bytes]:
        """Stream the content of *descriptor*, resuming interrupted transfers.

        Its digest is verified at the end: what was yielded counts only once the iterator has
        ended without an error.
        """

        def open_at(offset: int) -> tuple[int, Iterator[bytes]]:
            return self._open(reference, descriptor, offset)

        return read_verified(open_at, descriptor, reference.api_host, self._transport.sleep)

    def close(self) -> None:
        """Drop all connections."""
        self._transport.close()

    def _fetch(self, reference: Reference) -> tuple[bytes, str]:
        """Fetch a manifest; return its bytes and the digest computed from them."""
        answer = self._get(reference, f"manifests/{reference.target}", manifests.MAX_BYTES)
        announced = reference.digest or answer.headers.get("docker-content-digest", "")
        algorithm = announced.partition(":")[0] if manifests.is_digest(announced) else "sha256"
        digest = f"{algorithm}:{hashlib.new(algorithm, answer.body).hexdigest()}"
        if announced and digest != announced:
            raise Malformed(
                f"the manifest of {reference} does not match its digest",
                why=f"expected {one_line(announced, 80)}, computed {digest}",
                remedy="check the proxies and mirrors in between: one changes or truncates it",
            )
        return answer.body, digest

    def _get(self, reference: Reference, path: str, limit: int, method: str = "GET") -> Answer:
        url = self._url(reference, path)
        answer = self._transport.small(url, self._headers(reference), limit or 65536, method=method)
        if answer.status == 401:
            self._login(reference, answer.headers.get("www-authenticate", ""))
            answer = self._transport.small(url, self._headers(reference), limit or 65536, method=method)
        _refuse(answer.status, reference, answer.body)
        return answer

    def _open(self, reference: Reference, descriptor: Descriptor, offset: int) -> tuple[int, Iterator[bytes]]:
        """Return the offset at which the bytes start, at most *offset*, and the bytes."""
        url = self._url(reference, f"blobs/{descriptor.digest}")
        ranged = {"Range": f"bytes={offset}-"} if offset else {}
        response = self._transport.stream(url, {**self._headers(reference), **ranged})
        if response.status_code == 401:
            response.close()
            self._login(reference, response.headers.get("WWW-Authenticate", ""))
            response = self._transport.stream(url, {**self._headers(reference), **ranged})
        if response.status_code not in {200, 206}:
            response.close()
            _refuse(response.status_code, reference, b"")
            raise RetryableError(f"HTTP status {response.status_code} for a layer")
        starts = offset if response.status_code == 206 else 0
        return starts, self._transport.chunks(response)

    def _url(self, reference: Reference, path: str) -> str:
        host = reference.api_host
        scheme = "http" if is_loopback(host) or host in self._insecure else "https"
        return f"{scheme}://{host}/v2/{reference.repository}/{path}"

    def _headers(self, reference: Reference) -> dict[str, str]:
        with self._lock:
            token = self._tokens.get((reference.registry, reference.repository))
        return {"Accept": manifests.ACCEPT} | ({"Authorization": token} if token else {})

    def _login(self, reference: Reference, challenge: str) -> None:
        known = credentials(reference.registry, self._environment)
        token = authorization(self._transport, challenge, reference, known)
        with self._lock:
            self._tokens[reference.registry, reference.repository] = token


def _refuse(status: int, reference: Reference, body: bytes) -> None:
    """Raise the error for *status*; nothing for 2xx."""
    reason = one_line(body[:2000].decode(errors="replace"), 200)
    if status == 404:
        raise ImageNotFound(f"{reference} does not exist", why=reason or "the registry answered 404")
    if status in {401, 403}:
        raise Denied(
            f"{reference.registry} denies access to {reference.repository}",
            why=reason or f"HTTP status {status}; the repository may also not exist",
            remedy=f"check the name, or `docker login {reference.registry}`",
        )
    if not 200 <= status < 300:
        raise Malformed(f"{reference.registry} answered {status}", why=reason)
