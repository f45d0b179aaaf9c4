"""Removing exactly what carries our labels. Never a prune."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from docker.errors import APIError, NotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.trouble import asking


def sweep(api: Client, labels: Mapping[str, str]) -> int:
    """Remove every container, network and image that carries all *labels*; how many went."""
    if not labels:
        raise ValueError("a sweep without labels would take everything")
    wanted = {"label": [f"{name}={value}" for name, value in labels.items()]}
    with asking("cannot clean up"):
        return _containers(api, wanted) + _networks(api, wanted) + _images(api, wanted)


def _containers(api: Client, wanted: dict[str, list[str]]) -> int:
    found = [container["Id"] for container in api.containers(all=True, filters=wanted)]
    return sum(remove_container(api, container) for container in found)


def remove_container(api: Client, container: str) -> bool:
    """Kill and remove one container with its anonymous volumes; False where it was gone already."""
    try:
        api.remove_container(container, force=True, v=True)
    except APIError as error:
        if error.status_code in {404, 409}:  # gone, or being removed by somebody else
            return False
        raise
    return True


def _networks(api: Client, wanted: dict[str, list[str]]) -> int:
    """After the containers, which hold them."""
    found = [network["Id"] for network in api.networks(filters=wanted)]
    return sum(remove_network(api, network) for network in found)


def remove_network(api: Client, network: str) -> bool:
    """Remove one network; False where it was gone already."""
    try:
        api.remove_network(network)
    except NotFound:
        return False
    return True


def _images(api: Client, wanted: dict[str, list[str]]) -> int:
    """Children before parents: go round until nothing more can be removed."""
    removed = 0
    while True:
        before = removed
        for image in api.images(filters=wanted):
            with suppress(APIError):  # gone, in use by a container that is not ours, or a parent
                api.remove_image(image["Id"], force=True)
                removed += 1
        if removed == before:
            return removed
