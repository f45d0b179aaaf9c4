"""Find the container engine, or list what was tried."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from tf_docker_check.engine.client import Client, client
from tf_docker_check.engine.endpoint import Endpoint, candidates
from tf_docker_check.engine.trouble import ENGINE_TROUBLE, error_message
from tf_docker_check.errors import EngineError

HANDSHAKE_SECONDS = 20.0

REMEDY = (
    "install Docker (Debian and Ubuntu: `apt-get install docker.io docker-buildx`) or start Podman's "
    "service (`systemctl start podman.socket`), or set DOCKER_HOST. Some GitHub runners have no engine: "
    "`ubuntu-slim`, and Actions Runner Controller in Kubernetes mode; use `ubuntu-latest`, a runner with "
    "Docker, or ARC in dind mode"
)

DENIED = "permission denied"
FORBIDDEN_REMEDY = "add this user to the `docker` group and log in anew, or run as root"


def find_endpoint(
    docker_host: str = "",
    environment: Mapping[str, str] | None = None,
    greet: Callable[[Endpoint], str] | None = None,
) -> Endpoint:
    """Return the first endpoint where an engine answers.

    `greet` returns why an endpoint does not answer, or an empty string. Raises one EngineError that
    lists everything tried and why it failed.
    """
    greet = greet or connection_problem
    failures = []
    for endpoint in candidates(docker_host, os.environ if environment is None else environment):
        problem = greet(endpoint)
        if not problem:
            return endpoint
        failures.append(f"{endpoint.source} ({endpoint.host or '?'}): {problem}")
    denied = any(failure.endswith(DENIED) for failure in failures)
    raise EngineError(
        "no container engine answers" + (" to this user" if denied else ""),
        why="tried " + "\n       ".join(failures),
        remedy=FORBIDDEN_REMEDY if denied else REMEDY,
    )


def connection_problem(endpoint: Endpoint) -> str:
    """Return why no engine answers at *endpoint*; empty where one does."""
    if not endpoint.host:
        return "it has no address"
    if endpoint.host.startswith("unix://"):
        problem = _socket_problem(endpoint.host.removeprefix("unix://"))
        if problem:
            return problem
    try:
        greeted: Client = client(endpoint, timeout=HANDSHAKE_SECONDS)
        greeted.close()
    except ENGINE_TROUBLE as error:
        return error_message(error)
    return ""


def _socket_problem(path: str) -> str:
    try:
        if not stat.S_ISSOCK(Path(path).stat().st_mode):
            return "not a socket"
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(HANDSHAKE_SECONDS)
            probe.connect(path)
    except FileNotFoundError:
        return "no such socket"
    except ConnectionRefusedError:
        return "stale socket: the engine that made it no longer runs (start it again)"
    except PermissionError:
        return DENIED
    except OSError as error:
        return error.strerror or str(error)
    return ""
