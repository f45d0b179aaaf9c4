"""Check what the schema cannot: profiles, GPUs and versions of the fleet's hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from packaging.version import InvalidVersion

from tf_docker_check.config.layer import KeyPath, Layer, Mistake
from tf_docker_check.config.wording import nearest, show_value
from tf_docker_check.model.number import parse_version

_CAPABILITY = re.compile(r"sm_[0-9]{2,3}")
_NONE = "none"


def find_mistakes(layer: Layer) -> list[Mistake]:
    """Return the mistakes in ``fleet``. Values of a wrong type are left to the schema."""
    fleet = layer.values.get("fleet")
    hosts = {
        number: host
        for number, host in enumerate(fleet if isinstance(fleet, list) else ())
        if isinstance(host, Mapping)
    }
    return [layer.mistake(path, text) for path, text in (*_find_duplicates(hosts), *_find_problems(hosts))]


def _find_duplicates(hosts: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and message of each host name that is used twice."""
    taken: set[str] = set()
    for number, host in hosts.items():
        name = host.get("name")
        if isinstance(name, str):
            if name in taken:
                yield ("fleet", number, "name"), f"duplicate host name {show_value(name)}"
            taken.add(name)


def _find_problems(hosts: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and message of each invalid value."""
    judges: dict[str, Callable[[str], str]] = {"profile": _profile_problem, "gpu": _gpu_problem}
    judges |= dict.fromkeys(("engine", "runc", "qemu"), _version_problem)
    judges |= dict.fromkeys(
        ("driver", "toolkit"), lambda text: "" if text == _NONE else _version_problem(text)
    )
    for number, host in hosts.items():
        for key, judge in judges.items():
            value = host.get(key)
            if isinstance(value, str) and value and (problem := judge(value)):
                yield ("fleet", number, key), problem


def _profile_problem(name: str) -> str:
    from tf_docker_check.resources.hosts import hosts  # only where there is a fleet

    if name in hosts():
        return ""
    return f"unknown profile {show_value(name)}" + (
        nearest(name, hosts()) or f"; known profiles: {', '.join(hosts())}"
    )


def _gpu_problem(name: str) -> str:
    from tf_docker_check.resources.gpu import gpu_model  # only where there is a fleet

    if name == _NONE or _CAPABILITY.fullmatch(name) or gpu_model(name):
        return ""
    return f"unknown GPU {show_value(name)}; write its compute capability, such as sm_86"


def _version_problem(text: str) -> str:
    try:
        parse_version(text)
    except InvalidVersion:
        return f"invalid version {show_value(text)}"
    return ""
