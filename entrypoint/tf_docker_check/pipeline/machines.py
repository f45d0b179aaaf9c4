"""The hosts that predictions are made for: from the fleet, built in, or those of the runners."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace

from packaging.version import InvalidVersion

from tf_docker_check.host.capacity import GIB, cpu_flags
from tf_docker_check.matrix.expand import architecture
from tf_docker_check.model.config import Config, Gpu
from tf_docker_check.model.defaults import MACHINES
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.predict.fleet import host_of, named
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import version

THIS_MACHINE = "this-machine"


def hosts_of(config: Config, names: Sequence[str]) -> tuple[Host, ...]:
    """Return the hosts of these names; without names, the fleet, and without a fleet, this machine.

    UsageError for a name that is neither in the fleet nor a built-in profile.
    """
    wanted = names or [host.name for host in config.fleet] or [THIS_MACHINE]
    return tuple(
        this_machine() if name == THIS_MACHINE else named(name, config.fleet)
        for name in dict.fromkeys(wanted)
    )


def runner_machine(
    config: Config, name: str, engine: EngineInfo | None = None, disk_free: int | None = None
) -> Host:
    """Return the machine behind a runner: as described in the fleet, else as far as it is known.

    *engine* and *disk_free* (bytes) are what the runner's engine says, where it was asked.
    """
    runner = next(runner for runner in config.runners if runner.name == name)
    gpus = 1 if runner.gpu is Gpu.REQUIRE else 0
    described = next((host for host in config.fleet if host.name == name), None)
    if described:
        host = host_of(described)
    elif runner.docker_host:
        image = architecture(config.platform)
        host = Host(name=name, architecture=image, gpus=gpus, source="the configuration", verified=True)
    else:
        host = replace(this_machine(), gpus=gpus)
    return _as_told(host, engine, disk_free) if engine else host


def this_machine() -> Host:
    """Return this machine as far as it is known without an engine; without a GPU."""
    return Host(
        name=THIS_MACHINE,
        architecture=platform.machine(),
        cpu=tuple(sorted(cpu_flags())),
        kernel=platform.release(),
        source="this machine",
        verified=True,
    )


def _as_told(host: Host, engine: EngineInfo, disk_free: int | None) -> Host:
    return replace(
        host,
        architecture=MACHINES.get(engine.architecture, engine.architecture) or host.architecture,
        engine=host.engine or _version(engine),
        disk_gib=disk_free / GIB if disk_free else host.disk_gib,
        memory_gib=engine.memory / GIB or host.memory_gib,
        kernel=engine.kernel or host.kernel,
        os=engine.os or host.os,
    )


def _version(engine: EngineInfo) -> str:
    """Return Docker's version; empty for other engines, whose version numbers mean something else."""
    try:
        return engine.version if engine.kind == "docker" and version(engine.version) else ""
    except InvalidVersion:
        return ""
