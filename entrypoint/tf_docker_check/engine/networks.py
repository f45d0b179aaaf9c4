"""Create and remove networks, for containers that connect to each other."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.sweep import remove_network
from tf_docker_check.engine.trouble import engine_errors


def create(api: Client, labels: Mapping[str, str]) -> str:
    """Create a bridge network with *labels* and return its id. Raises EngineError."""
    with engine_errors("cannot make a network"):
        name = f"tf-docker-check-{secrets.token_hex(8)}"
        return str(api.create_network(name, driver="bridge", labels=dict(labels))["Id"])


def remove(api: Client, network: str) -> None:
    """Remove *network*; no error if it does not exist. Raises EngineError."""
    with engine_errors("cannot remove a network"):
        remove_network(api, network)
