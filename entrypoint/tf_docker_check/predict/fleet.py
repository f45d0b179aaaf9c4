"""Described machines, as the rules take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import FleetHost
from tf_docker_check.resources.gpu import gpu_model
from tf_docker_check.resources.hosts import ABSENT, Host, hosts

NO_AVX = ("sse4_2",)
"""What ``no-avx`` stands for: a processor of x86-64-v2, as QEMU's default models are."""

_SAME = ("architecture", "driver", "engine", "runc", "toolkit", "qemu", "kernel", "os")
_SOURCE = "`fleet` in the configuration"


def named(name: str, fleet: Sequence[FleetHost]) -> Host:
    """The host of *fleet*, else the built-in profile, of that name. UsageError where there is neither."""
    for described in fleet:
        if described.name == name:
            return host_of(described)
    if name in hosts():
        return hosts()[name]
    known = [*(described.name for described in fleet), *hosts()]
    raise UsageError(
        f"there is no host {name!r:.60}",
        why=f"known are {', '.join(dict.fromkeys(known))}",
        remedy="name one of these, or describe yours under `fleet`",
    )


def host_of(described: FleetHost) -> Host:
    """*described*, over its profile. What the user says counts as verified; a profile brings its own word."""
    profile = hosts().get(described.profile)
    base = profile or Host(name=described.name, source=_SOURCE, verified=True)
    source = f"{_SOURCE}, over the profile {profile.name} ({profile.source})" if profile else _SOURCE
    given = {name: getattr(described, name) for name in _SAME if getattr(described, name)}
    changed = replace(base, name=described.name, source=source, **given)
    changed = replace(
        changed,
        cpu=NO_AVX if described.cpu == ("no-avx",) else described.cpu or base.cpu,
        disk_gib=described.disk or base.disk_gib,
        memory_gib=described.memory or base.memory_gib,
    )
    return _with_gpu(changed, described)


def _with_gpu(host: Host, described: FleetHost) -> Host:
    if described.gpu == ABSENT:
        return replace(host, gpus=0, gpu="", capability="", driver="", toolkit="")
    if described.gpu.startswith("sm_"):
        digits = described.gpu.removeprefix("sm_")
        host = replace(host, gpu="", capability=f"{digits[:-1]}.{digits[-1]}")
    elif model := gpu_model(described.gpu) if described.gpu else None:
        host = replace(host, gpu=model.name, capability="")
    return replace(host, gpus=described.gpus or host.gpus or (1 if described.gpu else 0))
