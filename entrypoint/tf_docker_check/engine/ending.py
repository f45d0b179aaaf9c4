"""Read how a container ended, and whether another client of the engine ended it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from docker.errors import APIError, NotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.exits import signal_name
from tf_docker_check.engine.trouble import ENGINE_TROUBLE
from tf_docker_check.model.observation import Exit

END_ACTIONS = frozenset({"die", "died"})  # docker's word and Podman's
SECONDS = 2  # for the engine to record an end


def kill(api: Client, container: str) -> None:
    """End a container whose time is up; TensorFlow swallows SIGTERM. Raises the SDK's exceptions."""
    with suppress(APIError):  # it may have ended by itself just now
        api.kill(container, "SIGKILL")


def wait_for_exit(api: Client, container: str, seconds: float, *, late: bool) -> Exit:
    """Wait for *container* and return its exit after *seconds*; *late*: we killed it at its time limit.

    Raises the SDK's exceptions.
    """
    try:
        code = int(api.wait(container)["StatusCode"])
        state = api.inspect_container(container)["State"]
    except NotFound:
        return Exit(
            None,
            timed_out=late,
            seconds=seconds,
            stopped_by=_action_by_others(api, container, late) or "remove",
        )
    stopped_by = _action_by_others(api, container, late) if code or late else ""
    out_of_memory = bool(state.get("OOMKilled"))
    return Exit(code, signal_name(code), out_of_memory, late, seconds, stopped_by)


def _action_by_others(api: Client, container: str, late: bool) -> str:
    """Return what another client of the engine did to *container* before it ended: kill, pause, or empty.

    The engine records every command it was given; a process that ends itself, or that the kernel ends, leaves
    no such record.
    """
    ours = {"kill"} if late else set()
    with suppress(*ENGINE_TROUBLE, ValueError):  # without a record nobody else is blamed
        for event in _until_over(api, container):
            action = str(event.get("Action") or event.get("status"))
            if action in {"kill", "pause"} - ours:
                return action
    return ""


def _until_over(api: Client, container: str) -> Iterator[Mapping[str, Any]]:
    """Yield the recorded events of *container* up to its end."""
    events = api.events(
        since=1, until=int(time.time()) + SECONDS, filters={"container": [container]}, decode=True
    )
    for event in events:
        if event.get("Action") in END_ACTIONS:
            return
        yield event
