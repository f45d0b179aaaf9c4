"""Remove exactly the containers, networks and images that carry our labels. Never a prune."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from docker.errors import APIError, NotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.labels import A_CONTAINER, A_NETWORK, MADE, name_to_remove
from tf_docker_check.engine.trouble import engine_errors, error_message
from tf_docker_check.errors import EngineError

PAUSES = (0.5, 1.5)
"""Seconds before the second and the third try; a run that was stopped has seven for all of it."""

Removal = Callable[[], object]


def sweep(api: Client, labels: Mapping[str, str]) -> int:
    """Remove every container, network and image that was made with all *labels*; return how many.

    What the engine refuses to remove is tried again. Raises EngineError, which names what is left.
    """
    if not labels:
        raise ValueError("a sweep without labels would take everything")
    wanted = [f"{name}={value}" for name, value in labels.items()]
    removed = 0
    for pause in (*PAUSES, None):
        try:
            with engine_errors("cannot clean up"):
                went, trouble = _remove_all(api, wanted)
        except EngineError:  # it does not answer, or not yet again
            if pause is None:
                raise
        else:
            removed += went
            if not trouble:
                break
            if pause is None:
                raise EngineError("cannot clean up", why="; ".join(trouble))
        time.sleep(pause or 0)
    return removed


def _remove_all(api: Client, wanted: list[str]) -> tuple[int, list[str]]:
    """Return how many were removed, and why others were not. Networks after the containers, which use them."""
    removed, trouble = 0, []
    for what, removal in (*_containers(api, wanted), *_networks(api, wanted)):
        try:
            removed += bool(removal())
        except APIError as error:
            trouble.append(f"{what}: {error_message(error)}")
    images, kept = _remove_images(api, wanted)
    return removed + images, trouble + kept


def _containers(api: Client, wanted: list[str]) -> Iterator[tuple[str, Removal]]:
    ours = {"label": [*wanted, f"{MADE}={A_CONTAINER}"]}
    for summary in api.containers(all=True, filters=ours):
        container = summary["Id"]
        yield f"container {container[:12]}", partial(remove_container, api, container)


def _networks(api: Client, wanted: list[str]) -> Iterator[tuple[str, Removal]]:
    for summary in api.networks(filters={"label": [*wanted, f"{MADE}={A_NETWORK}"]}):
        network = summary["Id"]
        yield f"network {network[:12]}", partial(remove_network, api, network)


def remove_container(api: Client, container: str) -> bool:
    """Kill and remove one container with its anonymous volumes; False where it was gone already."""
    try:
        api.remove_container(container, force=True, v=True)
    except APIError as error:
        if error.status_code in {404, 409}:  # gone, or being removed by somebody else
            return False
        raise
    return True


def remove_network(api: Client, network: str) -> bool:
    """Remove one network; False where it was gone already."""
    try:
        api.remove_network(network)
    except NotFound:
        return False
    return True


def images_to_remove(api: Client, wanted: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return, for each image that we made with those labels, the name to remove and the engine's description."""
    images = api.images(filters={"label": [*wanted, MADE]})
    named = [(_removable(image), image) for image in images]
    return [(target, image) for target, image in named if target]


def _removable(image: Mapping[str, Any]) -> str:
    return name_to_remove(image["Id"], (image.get("Labels") or {}).get(MADE, ""), image.get("RepoTags") or [])


def _remove_images(api: Client, wanted: list[str]) -> tuple[int, list[str]]:
    """Remove images, children before parents: repeat until nothing more can be removed."""
    removed = 0
    while True:
        before, trouble = removed, []
        for target, _ in images_to_remove(api, wanted):
            try:
                api.remove_image(target, force=True)
                removed += 1
            except NotFound:
                pass
            except APIError as error:  # a parent, used by a container that is not ours, or trouble
                trouble.append(f"image {target.removeprefix('sha256:')[:12]}: {error_message(error)}")
        if removed == before or not trouble:
            return removed, trouble
