"""Find a program in an image without running anything."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Mapping
from contextlib import suppress

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.files import GO_DIRECTORY, stat_following_links
from tf_docker_check.engine.sweep import remove_container
from tf_docker_check.engine.trouble import engine_errors

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # what docker sets
MOST_FOLDERS = 64  # of a PATH; each costs a question to the engine


def find_executable(api: Client, image: str, names: tuple[str, ...], labels: Mapping[str, str]) -> str:
    """Return the first of *names* in the first directory of the image's PATH that has any; else empty."""
    with engine_errors(f"cannot look into {image}"):
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
    mode = int(stat_following_links(api, container, place).get("mode", GO_DIRECTORY))
    return not mode & GO_DIRECTORY and bool(mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
