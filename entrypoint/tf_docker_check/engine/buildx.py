"""Finding the buildx program."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.engine.endpoint import docker_config

PLUGIN = "docker-buildx"
PLUGIN_FOLDERS = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)
RAWJSON_SINCE = (0, 13)
LOCAL_BUILDER = "default"  # buildx's own name for the engine that DOCKER_HOST says


@dataclass(frozen=True)
class Buildx:
    """A buildx that runs: how to call it, its version, and the builder it is to use."""

    command: tuple[str, ...]
    version: str
    builder: str = LOCAL_BUILDER

    @property
    def rawjson(self) -> bool:
        """Whether it knows structured progress."""
        found = re.match(r"v?([0-9]+)\.([0-9]+)", self.version)
        return found is not None and (int(found[1]), int(found[2])) >= RAWJSON_SINCE

    @property
    def local(self) -> bool:
        """Whether it builds inside the engine, and so sees the engine's own images."""
        return self.builder == LOCAL_BUILDER


def find_buildx(environment: Mapping[str, str]) -> Buildx | None:
    """The first buildx that answers; None where there is none.

    The engine's own builder is used unless BUILDX_BUILDER names another.
    """
    builder = environment.get("BUILDX_BUILDER") or LOCAL_BUILDER
    for command in _commands(environment):
        version = _version(command)
        if version:
            return Buildx(command, version, builder)
    return None


def _commands(environment: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Ways to call it, the cheapest first: the plugin also runs by itself, without the docker CLI."""
    search = environment.get("PATH")
    if found := shutil.which(PLUGIN, path=search):
        yield (found,)
    for folder in (docker_config(environment) / "cli-plugins", *map(Path, PLUGIN_FOLDERS)):
        if (folder / PLUGIN).is_file():
            yield (str(folder / PLUGIN),)
    if docker := shutil.which("docker", path=search):
        yield (docker, "buildx")


def _version(command: tuple[str, ...]) -> str:
    try:
        told = subprocess.run(
            [*command, "version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    words = told.stdout.split()
    return words[1] if len(words) > 1 else ""
