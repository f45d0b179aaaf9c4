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
    """An installed buildx: its command, its version, and the builder to use."""

    command: tuple[str, ...]
    version: str
    builder: str = LOCAL_BUILDER

    @property
    def rawjson(self) -> bool:
        """Whether it supports `--progress=rawjson`."""
        match = re.match(r"v?([0-9]+)\.([0-9]+)", self.version)
        return match is not None and (int(match[1]), int(match[2])) >= RAWJSON_SINCE

    @property
    def local(self) -> bool:
        """Whether it builds inside the engine, and so sees the engine's own images."""
        return self.builder == LOCAL_BUILDER


def find_buildx(environment: Mapping[str, str]) -> Buildx | None:
    """Return the first buildx that runs; None if none does.

    The engine's own builder is used unless BUILDX_BUILDER names another.
    """
    builder = environment.get("BUILDX_BUILDER") or LOCAL_BUILDER
    for command in _commands(environment):
        version = _version(command)
        if version:
            return Buildx(command, version, builder)
    return None


def _commands(environment: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield commands for it, the cheapest first: the plugin also runs by itself, without the docker CLI."""
    search = environment.get("PATH")
    if plugin := shutil.which(PLUGIN, path=search):
        yield (plugin,)
    for folder in (docker_config(environment) / "cli-plugins", *map(Path, PLUGIN_FOLDERS)):
        if (folder / PLUGIN).is_file():
            yield (str(folder / PLUGIN),)
    if docker := shutil.which("docker", path=search):
        yield (docker, "buildx")


def _version(command: tuple[str, ...]) -> str:
    try:
        completed = subprocess.run(
            [*command, "version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    words = completed.stdout.split()
    return words[1] if len(words) > 1 else ""
