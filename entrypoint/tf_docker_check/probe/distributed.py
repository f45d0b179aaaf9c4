"""Run a synchronous training step of two containers, on their own bridge network and on the host's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tf_docker_check.engine.protocol import Engine, RunRequest
from tf_docker_check.errors import EngineError
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.check_specs import NO_TIME, WORKER
from tf_docker_check.probe.listen import run_checks
from tf_docker_check.probe.networks import on_bridge, on_host
from tf_docker_check.probe.request import PYTHONS
from tf_docker_check.probe.workers import Worker, combine_workers

SECONDS = 150  # for both workers together; on two busy cores importing alone takes half a minute
LEAST = 5  # seconds needed to begin
WHO = "TF_DOCKER_CHECK_WORKER"
"""The variable with a worker's cluster and index; resources/probes/peers.py reads it."""


def run_distributed_checks(
    engine: Engine, base: RunRequest, peer: Image, names: Sequence[str], deadline: float
) -> Iterator[Check]:
    """Yield the checks *names*, with a worker in *base* and one in *peer*, until *deadline* (`time.monotonic`).

    Both work on the CPU: one GPU cannot be shared.
    """
    pair = [_worker(engine, replace(base, image=image)) for image in (base.image, peer.id)] if names else []
    for name in names:
        began = time.monotonic()
        seconds = min(SECONDS, int(deadline - began))
        if seconds < LEAST:
            yield Check(name, Status.ERRORED, NO_TIME, began=False)
            continue
        meet = on_host if name == "distributed-host" else on_bridge
        try:
            with meet(engine, pair) as (placed, cluster):
                check = combine_workers(name, _run_workers(engine, placed, cluster, seconds))
        except EngineError as error:  # what the ladder showed is worth more
            check = Check(name, Status.ERRORED, error.in_one_line)
        yield replace(check, seconds=round(time.monotonic() - began, 3))


def _worker(engine: Engine, request: RunRequest) -> RunRequest:
    """Return *request* set to run Python; without Python in the image the engine will not start it."""
    python = engine.find_executable(request.image, PYTHONS, request.labels) or PYTHONS[0]
    return replace(request, entrypoint=(python,), command=("-",), gpu=Gpu.OFF)


def _run_workers(
    engine: Engine, pair: Sequence[RunRequest], cluster: Sequence[str], seconds: int
) -> list[Worker]:
    def work(index: int) -> Worker:
        identity = json.dumps({"cluster": list(cluster), "index": index})
        request = replace(pair[index], environment={**pair[index].environment, WHO: identity})
        checks: list[Check] = []
        run_checks(engine, request, WORKER, seconds, checks.append)
        return Worker(index, tuple(checks))

    with ThreadPoolExecutor(len(pair)) as pool:
        return list(pool.map(work, range(len(pair))))
