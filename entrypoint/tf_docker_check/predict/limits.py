"""Defaults of the engine and sizes of the host that TensorFlow runs into: worth knowing, no verdict."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Remark
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.runtime import Limit, limits
from tf_docker_check.rules.subject import Subject

FEW_FILES = "29.0.0"
"""From this engine on, containers start with a soft limit of 1024 open files (containerd 2.1.5)."""

LITTLE_MEMORY_GIB = 2
"""An import and a training step of a small model stay below 1 GiB; a model needs the rest."""


def resources(subject: Subject, host: Host) -> Iterator[Remark]:
    """Limits that this host and image may reach."""
    known = limits()
    if subject.gpu is Gpu.REQUIRE and host.gpus > 1:
        yield _remark(known["shm"], "several GPUs exchange data through /dev/shm")
    if host.engine and version(host.engine) >= version(FEW_FILES):
        yield _remark(known["open-files"], f"engine {host.engine}")
    if 0 < host.memory_gib < LITTLE_MEMORY_GIB:
        yield _remark(known["memory"], f"{host.memory_gib:g} GB of memory")


def _remark(limit: Limit, why: str) -> Remark:
    text = f"{why}: the default is {limit.default}; beyond it, {limit.says}"
    return Remark(limit.id, text, limit.remedy, (source_of(f"limit {limit.id}", limit),))
