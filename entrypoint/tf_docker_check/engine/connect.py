"""The way in: an engine, whichever answers."""

from __future__ import annotations

import os

from tf_docker_check.engine.buildx import find_buildx
from tf_docker_check.engine.client import client
from tf_docker_check.engine.discover import find
from tf_docker_check.engine.docker_engine import DockerEngine
from tf_docker_check.engine.info import kind
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.engine.trouble import asking


def connect(docker_host: str = "") -> Engine:
    """Connect to *docker_host*, else to the first engine found; `close` it in the end.

    Order: DOCKER_HOST, the docker CLI's context, the default sockets, Podman's. Raises EngineError.
    """
    endpoint = find(docker_host)
    with asking("cannot talk to the container engine"):
        api = client(endpoint)
        podman = kind(api.version()) == "podman"
    return DockerEngine(api, endpoint, None if podman else find_buildx(os.environ))
