"""Find problems in the TF_CONFIG variables of images."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def find_tf_config_problem(texts: Sequence[str | None]) -> str:
    """Return what is wrong with the workers' own TF_CONFIGs, or empty; None and empty text are no TF_CONFIG."""
    clusters = []
    for number, text in enumerate(texts):
        if not text:
            continue
        try:
            clusters.append(_cluster(json.loads(text)))
        except (ValueError, RecursionError) as error:
            return f"the TF_CONFIG of worker {number} is wrong: {_words(error)}"
    if any(cluster != clusters[0] for cluster in clusters):
        return "the workers' TF_CONFIGs describe different clusters"
    return ""


def _words(error: Exception) -> str:
    return "it is not JSON" if isinstance(error, (json.JSONDecodeError, RecursionError)) else str(error)


def _cluster(config: Any) -> Mapping[str, list[str]]:  # noqa: ANN401 - JSON
    """Return the cluster of *config*. Raises ValueError where a worker cannot find its place in it."""
    cluster, task = _mapping(config, "it").get("cluster"), config.get("task")
    if not cluster:
        return {}
    tasks = {kind: _addresses(kind, value) for kind, value in _mapping(cluster, "`cluster`").items()}
    every = [address for addresses in tasks.values() for address in addresses]
    if doubled := sorted({address for address in every if every.count(address) > 1}):
        raise ValueError(f"the address {doubled[0]} is in it more than once")
    kind, index = _mapping(task, "`task`").get("type"), task.get("index")
    if kind == "evaluator":  # is not part of the cluster
        return tasks
    if not isinstance(kind, str) or kind not in tasks:
        raise ValueError(f"`cluster` has no tasks of the type of `task`, {kind!r:.40}")
    if str(index) not in map(str, range(len(tasks[kind]))):
        raise ValueError(f"`task` has the index {index!r:.40} of {len(tasks[kind])} ({kind}), from 0 on")
    return tasks


def _mapping(value: Any, name: str) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _addresses(kind: str, addresses: Any) -> list[str]:  # noqa: ANN401 - JSON
    if not isinstance(addresses, list) or not all(isinstance(entry, str) for entry in addresses):
        raise ValueError(f"`cluster` has no list of addresses for {kind:.40}")
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port[:6]) < 65536:
            raise ValueError(f"{address:.80} is not HOST:PORT")
    return addresses
