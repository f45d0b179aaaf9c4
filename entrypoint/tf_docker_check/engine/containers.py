"""Run one container until it ends."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any

from docker.errors import APIError, ImageNotFound
from docker.types import LogConfig, Ulimit

from tf_docker_check.engine.attachment import attach, receive, send
from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.ending import kill, wait_for_exit
from tf_docker_check.engine.files import ContainerFiles
from tf_docker_check.engine.gpu import RUNTIME_ENVIRONMENT
from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.engine.protocol import MOST_PROCESSES, RunRequest, RunResult
from tf_docker_check.engine.refusal import is_image_error
from tf_docker_check.engine.sweep import remove_container
from tf_docker_check.engine.trouble import DISK_FULL, disk_full_error, engine_errors, error_message
from tf_docker_check.errors import EngineError
from tf_docker_check.model.observation import Exit

NO_GPU_THIS_WAY = re.compile(r"device driver|\bcdi\b|runtime specified|runtime name|nvidia", re.IGNORECASE)


def run(
    api: Client, request: RunRequest, in_flight: InFlight, ways: Mapping[str, dict[str, Any]]
) -> RunResult:
    """Run *request*, asking for a GPU in each of *ways* until the engine agrees.

    A container that the engine will not start is a value; raises EngineError where the engine is
    at fault.
    """
    refusals = []
    for way, settings in ways.items():
        ran = _attempt(api, request, in_flight, settings)
        if not (way and ran.error and NO_GPU_THIS_WAY.search(ran.error)):
            return ran if ran.error else replace(ran, gpu_way=way)
        refusals.append(f"{way}: {ran.error}")
    return RunResult(exit=Exit(), error="; ".join(refusals))


def _attempt(api: Client, request: RunRequest, in_flight: InFlight, settings: dict[str, Any]) -> RunResult:
    what = f"a container of {request.image}"
    with engine_errors(f"cannot run {what}"):
        try:
            container = _create(api, request, settings)
        except ImageNotFound as error:
            raise EngineError(f"the image {request.image} is gone", why=error_message(error)) from error
        except APIError as error:
            return _start_refusal(request, error)

        def remove() -> None:
            remove_container(api, container)

        try:
            with in_flight.track(what, remove):
                return _run_until_end(api, container, request)
        finally:
            with suppress(Exception):  # the sweep at the end tries again; this result is worth more
                remove()


def _start_refusal(request: RunRequest, error: APIError) -> RunResult:
    text = error_message(error)
    if DISK_FULL in text:
        raise disk_full_error(text) from error
    programs = request.entrypoint or request.command[:1]
    return RunResult(exit=Exit(), error=text, image_at_fault=is_image_error(text, programs))


def _create(api: Client, request: RunRequest, settings: dict[str, Any]) -> str:
    forced = RUNTIME_ENVIRONMENT if "runtime" in settings else {}
    created = api.create_container(
        request.image,
        list(request.command),
        entrypoint=None if request.entrypoint is None else list(request.entrypoint),
        environment={**forced, **request.environment},
        labels=dict(request.labels),
        user=request.user or None,
        hostname=(request.network != "host" and request.alias) or None,
        networking_config=_endpoint(api, request),
        stdin_open=bool(request.stdin),
        healthcheck={"test": ["NONE"]},  # the image's own would run in addition to ours
        host_config=_host_config(api, request, settings),
        use_config_proxy=request.network != "none",
    )
    return str(created["Id"])


def _endpoint(api: Client, request: RunRequest) -> dict[str, Any] | None:
    """Return the network settings that give this container its alias; None where it has none."""
    if not request.alias or request.network in {"", "none", "host", "bridge", "default"}:
        return None
    endpoint = api.create_endpoint_config(aliases=[request.alias])
    return api.create_networking_config({request.network: endpoint})  # type: ignore[arg-type]  # as documented


def _host_config(api: Client, request: RunRequest, settings: dict[str, Any]) -> dict[str, Any]:
    """Return host settings: no privileges, mounts, core dumps or engine logs, and no swap beyond `memory`."""
    return api.create_host_config(
        init=True,  # reaps, and lets a signal's default action end the process
        network_mode=request.network or None,
        read_only=request.read_only,
        mem_limit=request.memory or None,
        memswap_limit=request.memory or None,
        shm_size=request.shm_size or None,
        pids_limit=MOST_PROCESSES,
        security_opt=["no-new-privileges"],
        ulimits=[Ulimit(name="core", soft=0, hard=0)],
        log_config=LogConfig(type="none"),
        **settings,
    )


def _run_until_end(api: Client, container: str, request: RunRequest) -> RunResult:
    output = Bounded(request.max_output)

    def take(data: bytes) -> None:
        output.add(data)
        if request.on_output:
            request.on_output(data)

    with ExitStack() as streams:
        printed = streams.enter_context(attach(api, container, stdout=1, stderr=1))
        feed: Callable[[], None] | None = None
        if request.stdin:
            stdin = streams.enter_context(attach(api, container, stdin=1))
            feed = threading.Thread(target=send, args=(stdin, request.stdin), daemon=True).start
        began = time.monotonic()
        try:
            api.start(container)
        except APIError as error:
            return _start_refusal(request, error)
        if feed:
            feed()
        late = receive(printed, request.timeout, lambda: kill(api, container), take, request.stop)
        seconds = time.monotonic() - began
    ended = wait_for_exit(api, container, seconds, late=late)
    if request.after:
        request.after(ContainerFiles(api, container))
    return RunResult(ended, output.value(), dropped=output.dropped)
