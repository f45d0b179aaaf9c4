"""Where a container engine may listen."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCKER_SOCKET = "/var/run/docker.sock"


@dataclass(frozen=True)
class Endpoint:
    """An address, who named it, and the folder with ca.pem, cert.pem and key.pem where TLS is used."""

    host: str
    source: str
    certificates: str = ""
    verify: bool = True


def candidates(docker_host: str, environment: Mapping[str, str]) -> list[Endpoint]:
    """Return the endpoints to try, in order. An address that the user chose is the only one."""
    if docker_host:
        return [_from_environment(docker_host, "the configuration", environment)]
    if environment.get("DOCKER_HOST"):
        return [_from_environment(environment["DOCKER_HOST"], "DOCKER_HOST", environment)]
    context = _context(environment)
    if context and environment.get("DOCKER_CONTEXT"):
        return [context]
    return _once([*([context] if context else []), *_default_sockets(environment)])


def _from_environment(host: str, source: str, environment: Mapping[str, str]) -> Endpoint:
    certificates = environment.get("DOCKER_CERT_PATH", "") if host.startswith("tcp://") else ""
    return Endpoint(host, source, certificates, verify=bool(environment.get("DOCKER_TLS_VERIFY")))


def _default_sockets(environment: Mapping[str, str]) -> list[Endpoint]:
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    home = environment.get("HOME", "")
    return [
        Endpoint(f"unix://{DOCKER_SOCKET}", "Docker's default socket"),
        Endpoint(f"unix://{runtime}/docker.sock", "rootless Docker's socket"),
        Endpoint(f"unix://{home}/.docker/run/docker.sock", "Docker Desktop's socket"),
        Endpoint(f"unix://{runtime}/podman/podman.sock", "rootless Podman's socket"),
        Endpoint("unix:///run/podman/podman.sock", "Podman's socket"),
    ]


def _once(endpoints: list[Endpoint]) -> list[Endpoint]:
    return list({endpoint.host: endpoint for endpoint in reversed(endpoints)}.values())[::-1]


def _context(environment: Mapping[str, str]) -> Endpoint | None:
    """Return the docker CLI's current context; None for `default`, which is the default socket."""
    folder = docker_config(environment)
    name = environment.get("DOCKER_CONTEXT") or _json(folder / "config.json").get("currentContext", "")
    if not isinstance(name, str) or name in {"", "default"}:
        return None
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = _json(folder / "contexts/meta" / key / "meta.json")
    docker = meta.get("Endpoints", {}).get("docker", {})
    tls = folder / "contexts/tls" / key / "docker"
    return Endpoint(
        str(docker.get("Host", "")),
        f"the docker context {name!r}",
        str(tls) if tls.is_dir() else "",
        verify=not docker.get("SkipTLSVerify", False),
    )


def docker_config(environment: Mapping[str, str]) -> Path:
    """Return the folder of the docker CLI's configuration."""
    return Path(environment.get("DOCKER_CONFIG") or Path(environment.get("HOME", "/")) / ".docker")


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
