"""Whether Docker Hub can be reached through the engine."""

from __future__ import annotations

import docker
import requests
from docker.errors import DockerException

WITNESS = "python:3.11-slim"
SECONDS = 15


def reachable(docker_host: str) -> bool:
    """Ask the engine for one manifest, without pulling anything."""
    client = docker.DockerClient(base_url=docker_host, timeout=SECONDS)
    try:
        client.images.get_registry_data(WITNESS)
    except (DockerException, requests.RequestException):
        return False
    else:
        return True
    finally:
        client.close()
