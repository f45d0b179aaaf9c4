"""What the schema cannot say of the fleet: profiles, GPUs and versions that there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from packaging.version import InvalidVersion

from tf_docker_check.config.layer import KeyPath, Layer, Mistake
from tf_docker_check.config.wording import nearest, shown
from tf_docker_check.model.number import parse_version

_CAPABILITY = re.compile(r"sm_[0-9]{2,3}")
_NONE = "none"


def mistakes(layer: Layer) -> list[Mistake]:
    """What is wrong with the values of ``fleet``. Values of a wrong type are left to the schema."""
    fleet = layer.values.get("fleet")
    hosts = {
        number: host
        for number, host in enumerate(fleet if isinstance(fleet, list) else ())
        if isinstance(host, Mapping)
    }
    return [layer.mistake(path, text) for path, text in (*_repeated(hosts), *_wrong(hosts))]


def _repeated(hosts: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    """(path, what is wrong there) for names that are taken."""
    taken: set[str] = set()
    for number, host in hosts.items():
        name = host.get("name")
        if isinstance(name, str):
            if name in taken:
                yield ("fleet", number, "name"), f"there is another host {shown(name)}"
            taken.add(name)


def _wrong(hosts: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    """(path, what is wrong there) for single values."""
    judges: dict[str, Callable[[str], str]] = {"profile": _profile, "gpu": _gpu}
    judges |= dict.fromkeys(("engine", "runc", "qemu"), _version)
    judges |= dict.fromkeys(("driver", "toolkit"), lambda text: "" if text == _NONE else _version(text))
    for number, host in hosts.items():
        for key, judge in judges.items():
            value = host.get(key)
            if isinstance(value, str) and value and (problem := judge(value)):
                yield ("fleet", number, key), problem


def _profile(name: str) -> str:
    from tf_docker_check.resources.hosts import hosts  # only where there is a fleet

    if name in hosts():
        return ""
    return f"there is no profile {shown(name)}" + (
        nearest(name, hosts()) or f"; known are {', '.join(hosts())}"
    )


def _gpu(name: str) -> str:
    from tf_docker_check.resources.gpu import gpu_model  # only where there is a fleet

    if name == _NONE or _CAPABILITY.fullmatch(name) or gpu_model(name):
        return ""
    return f"there is no GPU {shown(name)} in the catalog; write its compute capability, such as sm_86"


def _version(text: str) -> str:
    try:
        parse_version(text)
    except InvalidVersion:
        return f"{shown(text)} is no version"
    return ""
