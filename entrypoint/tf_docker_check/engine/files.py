"""Looking at files of a container from outside, whether it runs or not."""

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
from tf_docker_check.engine.trouble import asking
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
        return sizes(self.api, self.container, paths)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the content of the regular file at *path*; nothing where there is none. Raises EngineError."""
        with asking("cannot read the container's files"):
            try:
                stored, _ = self.api.get_archive(self.container, path, chunk_size=CHUNK)
            except NotFound:
                return
            yield from _first_file(stored)


def _first_file(stored: Iterator[bytes]) -> Iterator[bytes]:
    """The content of the first regular file of a tar that the engine writes, never more than it announces."""
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


def sizes(api: Client, container: str, paths: Sequence[str]) -> Mapping[str, int]:
    """Bytes of each of *paths* that is there, links followed; raises EngineError where nobody can tell."""
    with asking("cannot look at the container's files"):
        found = {path: told for path in paths if (told := resolved(api, container, path))}
        if len(found) < len(paths) and not _stat(api, container, "/"):
            raise EngineError("cannot look at the container's files", why="the container is gone")
    return {path: int(told.get("size", 0)) for path, told in found.items()}


def resolved(api: Client, container: str, place: str) -> dict[str, Any]:
    """The engine's word on one path, links followed; empty where there is nothing, or links without end."""
    for _ in range(MOST_LINKS):
        told = _stat(api, container, place)
        if not int(told.get("mode", 0)) & GO_SYMLINK:
            return told
        place = posixpath.join(posixpath.dirname(place), told.get("linkTarget", ""))
    return {}


def _leads_nowhere(api: Client, url: str, place: str) -> bool:
    """Whether the engine cannot follow the path *place* for what it is, which is the image's doing."""
    with api.get(url, params={"path": place}, stream=True) as answer:
        if answer.status_code != 500:
            return False
        return (
            _NO_PATH.search(next(answer.iter_content(_LONGEST_WORDS), b"").decode("utf-8", "replace"))
            is not None
        )


def _stat(api: Client, container: str, place: str) -> dict[str, Any]:
    """The engine's word on one path; empty where there is nothing.

    The SDK only has the whole archive; the API's HEAD spares copying the file.
    """
    url = f"{api.base_url}/v{api.api_version}/containers/{container}/archive"
    answer = api.head(url, params={"path": place})
    if answer.status_code == 404:
        return {}
    if not answer.ok:
        # HEAD has no body that would say why: the same question, asked by GET, has.
        if answer.status_code == 500 and _leads_nowhere(api, url, place):
            return {}
        raise APIError(answer.reason, response=answer)
    told = json.loads(base64.b64decode(answer.headers["X-Docker-Container-Path-Stat"]))
    return told if isinstance(told, dict) else {}
