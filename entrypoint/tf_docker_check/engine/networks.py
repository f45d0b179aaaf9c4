"""Networks of our own, for containers that have to find each other."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.sweep import remove_network
from tf_docker_check.engine.trouble import asking


def create(api: Client, labels: Mapping[str, str]) -> str:
    """The id of a new bridge network with *labels*. Raises EngineError."""
    with asking("cannot make a network"):
        name = f"tf-docker-check-{secrets.token_hex(8)}"
        return str(api.create_network(name, driver="bridge", labels=dict(labels))["Id"])


def remove(api: Client, network: str) -> None:
    """Remove *network*; that it is gone already is fine. Raises EngineError."""
    with asking("cannot remove a network"):
        remove_network(api, network)
