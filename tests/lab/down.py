"""Taking away what the lab made: its images and its registry. The engine stays; others may use it."""

from __future__ import annotations

import os
import shutil
import signal

import docker
from docker.errors import APIError, DockerException

from lab import cache, registry
from lab.images import LAB
from lab.leftovers import owner
from lab.say import say
from lab.stand_ins import ALL
from tf_docker_check.engine import discover
from tf_docker_check.errors import EngineError


def down() -> None:
    """Remove the stand-ins, stop the registry, empty the cache; each only where it is there."""
    try:
        host = discover.find_endpoint().host
    except EngineError as absent:
        say(f"no engine, so no images to remove ({absent.what})")
    else:
        _remove_images(docker.DockerClient(base_url=host))
    server = owner(registry.pid_file(), registry.PROGRAM)
    if server:
        os.kill(server, signal.SIGTERM)
    shutil.rmtree(cache.folder())


def _remove_images(client: docker.DockerClient) -> None:
    for stand_in in reversed(ALL):
        for name in (stand_in.tag, registry.mirrored(stand_in.reference)):
            _remove(client, name)
    client.close()


def _remove(client: docker.DockerClient, name: str) -> None:
    try:
        if LAB in client.images.get(name).labels:
            client.images.remove(name)
            say(f"removed {name}")
    except APIError as error:
        if error.status_code != 404:
            say(f"{name} stays: {error.explanation}")
    except DockerException as error:
        say(f"{name} stays: {error}")
