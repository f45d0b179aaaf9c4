"""Looking for a program in an image without running anything."""

from __future__ import annotations

import base64
import json
import posixpath
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from docker.errors import APIError

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.sweep import remove_container
from tf_docker_check.engine.trouble import asking

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # what docker sets
MOST_LINKS = 8
_NO_PATH = re.compile(r"too many links|too many levels of symbolic links|not a directory|file name too long")
"""What engines say of a path that no program can lie at: links in a circle, a file taken for a folder."""
_LONGEST_WORDS = 4096
MOST_FOLDERS = 64  # of a PATH; each costs a question to the engine
GO_SYMLINK, GO_DIRECTORY = 1 << 27, 1 << 31  # bits of Go's os.FileMode


def find_executable(api: Client, image: str, names: tuple[str, ...], labels: Mapping[str, str]) -> str:
    """The first of *names* in the first directory of the image's PATH that has any; else empty."""
    with asking(f"cannot look into {image}"):
        created = api.create_container(image, ["none"], entrypoint=["none"], labels=dict(labels))
        container = created["Id"]
        try:
            path = _path(api.inspect_container(container)["Config"].get("Env") or [])
            places = (posixpath.join(folder, name) for folder in path if folder for name in names)
            return next((place for place in places if _is_program(api, container, place)), "")
        finally:
            with suppress(Exception):  # the sweep at the end tries again; what was found is worth more
                remove_container(api, container)


def _path(environment: list[str]) -> list[str]:
    values = dict(entry.partition("=")[::2] for entry in environment)
    return (values.get("PATH") or DEFAULT_PATH).split(":")[:MOST_FOLDERS]


def _is_program(api: Client, container: str, place: str) -> bool:
    for _ in range(MOST_LINKS):
        told = _stat(api, container, place)
        mode = int(told.get("mode", GO_DIRECTORY))
        if not mode & GO_SYMLINK:
            return not mode & GO_DIRECTORY and bool(mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
        place = posixpath.join(posixpath.dirname(place), told.get("linkTarget", ""))
    return False


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
