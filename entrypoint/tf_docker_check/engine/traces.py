"""List what runs have on an engine: those in progress, and those that were killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from docker.errors import APIError, NotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.labels import A_CONTAINER, A_NETWORK, CONTAINER, MADE, PROCESS, RUN
from tf_docker_check.engine.owner import Owner, has_ended, parse_owner, this_container, this_process
from tf_docker_check.engine.protocol import Trace
from tf_docker_check.engine.sweep import images_to_remove

Key = tuple[str, str, str]  # the run, its process, the container that it ran in


def traces(api: Client, *, local: bool) -> tuple[Trace, ...]:
    """Return one trace for each run with objects on the engine; *local*: it is this machine's engine."""
    counts: dict[Key, Counter[str]] = {}
    for kind, labels in _things_made(api):
        key = labels[RUN], labels.get(PROCESS, ""), labels.get(CONTAINER, "")
        counts.setdefault(key, Counter())[kind] += 1
    us = this_process()
    return tuple(
        Trace(
            labels={RUN: run, PROCESS: process},
            ended=_has_ended(api, parse_owner(process), container, us, local=local),
            containers=counter[A_CONTAINER],
            networks=counter[A_NETWORK],
            images=counter["image"],
        )
        for (run, process, container), counter in counts.items()
    )


def known_container(api: Client) -> str:
    """Return the id of the container that we run in, if this engine runs it; else empty."""
    container = this_container()
    return container if container and _runs(api, container) else ""


def _things_made(api: Client) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield kind and labels of everything that runs made."""
    containers = api.containers(all=True, filters={"label": [RUN, f"{MADE}={A_CONTAINER}"]})
    networks = api.networks(filters={"label": [RUN, f"{MADE}={A_NETWORK}"]})
    yield from ((A_CONTAINER, container["Labels"]) for container in containers)
    yield from ((A_NETWORK, network["Labels"]) for network in networks)
    yield from (("image", image["Labels"]) for _, image in images_to_remove(api, [RUN]))


def _has_ended(api: Client, owner: Owner | None, container: str, us: Owner, *, local: bool) -> bool | None:
    if not owner:
        return None
    runs = _runs(api, container) if container else None
    return has_ended(owner, us, local=local, container_runs=runs)


def _runs(api: Client, container: str) -> bool | None:
    """Return whether the engine runs that container; None if unknown."""
    try:
        return bool(api.inspect_container(container)["State"]["Running"])
    except NotFound:
        return False
    except APIError:
        return None
