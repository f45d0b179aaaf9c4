"""Look up files of a container through the engine's API, whether it runs or not."""

from __future__ import annotations

import base64
import io
import json
import posixpath
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from docker.errors import APIError, NotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.trouble import engine_errors
from tf_docker_check.errors import EngineError

MOST_LINKS = 8
CHUNK = 1024 * 1024  # bytes read at a time
_NO_PATH = re.compile(r"too many links|too many levels of symbolic links|not a directory|file name too long")
"""What engines say of a path that no program can lie at: links in a circle, a file taken for a folder."""
_LONGEST_WORDS = 4096
GO_SYMLINK, GO_DIRECTORY = 1 << 27, 1 << 31  # bits of Go's os.FileMode


@dataclass(frozen=True)
class ContainerFiles:
    """The files of a container, as `engine.protocol.ContainerFiles` describes."""

    api: Client
    container: str

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int]:
        """Return the bytes of each of *paths* that is there, links followed. Raises EngineError."""
        return file_sizes(self.api, self.container, paths)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the content of the regular file at *path*; nothing where there is none. Raises EngineError."""
        with engine_errors("cannot read the container's files"):
            try:
                stored, _ = self.api.get_archive(self.container, path, chunk_size=CHUNK)
            except NotFound:
                return
            yield from _first_file(stored)


def _first_file(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of the first regular file of the engine's tar, never more than its header announces."""
    with closing(_Stream(stored)) as stream, tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK) as tar:
        entry = tar.next()
        file = tar.extractfile(entry) if entry and entry.isreg() else None
        while file and (chunk := file.read(CHUNK)):
            yield chunk


class _Stream(io.RawIOBase):
    """Chunks of an answer as a file that is read forward."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes; empty at the end."""
        if not self._left:
            self._left = next(self._chunks, b"")
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def file_sizes(api: Client, container: str, paths: Sequence[str]) -> Mapping[str, int]:
    """Return the size in bytes of each of *paths* that exists, links followed. Raises EngineError."""
    with engine_errors("cannot look at the container's files"):
        statuses = {path: status for path in paths if (status := stat_following_links(api, container, path))}
        if len(statuses) < len(paths) and not _stat(api, container, "/"):
            raise EngineError("cannot look at the container's files", why="the container is gone")
    return {path: int(status.get("size", 0)) for path, status in statuses.items()}


def stat_following_links(api: Client, container: str, place: str) -> dict[str, Any]:
    """Return the engine's status of one path, links followed; empty if it does not exist or links loop."""
    for _ in range(MOST_LINKS):
        status = _stat(api, container, place)
        if not int(status.get("mode", 0)) & GO_SYMLINK:
            return status
        place = posixpath.join(posixpath.dirname(place), status.get("linkTarget", ""))
    return {}


def _is_unresolvable(api: Client, url: str, place: str) -> bool:
    """Return whether the path *place* itself cannot be resolved (links in a circle, a file as a folder)."""
    with api.get(url, params={"path": place}, stream=True) as answer:
        if answer.status_code != 500:
            return False
        return (
            _NO_PATH.search(next(answer.iter_content(_LONGEST_WORDS), b"").decode("utf-8", "replace"))
            is not None
        )


def _stat(api: Client, container: str, place: str) -> dict[str, Any]:
    """Return the engine's status of one path; empty if it does not exist.

    The SDK only has the whole archive; the API's HEAD spares copying the file.
    """
    url = f"{api.base_url}/v{api.api_version}/containers/{container}/archive"
    answer = api.head(url, params={"path": place})
    if answer.status_code == 404:
        return {}
    if not answer.ok:
        # HEAD has no body that would say why: the same question, asked by GET, has.
        if answer.status_code == 500 and _is_unresolvable(api, url, place):
            return {}
        raise APIError(answer.reason, response=answer)
    status = json.loads(base64.b64decode(answer.headers["X-Docker-Container-Path-Stat"]))
    return status if isinstance(status, dict) else {}
