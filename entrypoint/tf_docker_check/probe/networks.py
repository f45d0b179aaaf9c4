"""Where two workers meet: a network of their own, or the host's."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from tf_docker_check.engine.protocol import Engine, RunRequest
from tf_docker_check.errors import EngineError

PORT = 2222
HOST_PORTS = range(20000, 30000)  # below those that kernels hand out

Placed = tuple[Sequence[RunRequest], Sequence[str]]
"""The workers' requests on the network, and their addresses there, as in TF_CONFIG."""


@contextmanager
def on_host(_: Engine, pair: Sequence[RunRequest]) -> Iterator[Placed]:
    """Place the workers on the host's network, each with a port of its own."""
    cluster = [f"localhost:{port}" for port in random.sample(HOST_PORTS, len(pair))]
    yield [replace(request, network="host") for request in pair], cluster


@contextmanager
def on_bridge(engine: Engine, pair: Sequence[RunRequest]) -> Iterator[Placed]:
    """Place the workers on a new bridge network with names, and remove it in the end. Raises EngineError."""
    network = engine.create_network(pair[0].labels)
    try:
        placed = [
            replace(request, network=network, alias=f"worker-{index}") for index, request in enumerate(pair)
        ]
        yield placed, [f"{request.alias}:{PORT}" for request in placed]
    finally:
        with suppress(EngineError):  # the sweep at the end tries again; this result is worth more
            engine.remove_network(network)
