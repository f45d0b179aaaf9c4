"""The way in: an engine, whichever answers."""

from __future__ import annotations

import os

from tf_docker_check.engine.buildx import find_buildx
from tf_docker_check.engine.client import client
from tf_docker_check.engine.discover import find_endpoint
from tf_docker_check.engine.docker_engine import DockerEngine
from tf_docker_check.engine.info import engine_kind
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.engine.trouble import engine_errors


def connect(docker_host: str = "") -> Engine:
    """Connect to *docker_host*, else to the first engine found; `close` it in the end.

    Order: DOCKER_HOST, the docker CLI's context, the default sockets, Podman's. Raises EngineError.
    """
    endpoint = find_endpoint(docker_host)
    with engine_errors("cannot talk to the container engine"):
        api = client(endpoint)
        podman = engine_kind(api.version()) == "podman"
    return DockerEngine(api, endpoint, None if podman else find_buildx(os.environ))
