"""Read the engine's description of itself and its machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.number import whole

NAMED_CONTEXTS_SINCE = 23  # the first dockerd whose BuildKit replaces a FROM by --build-context


def engine_kind(version: Mapping[str, Any]) -> str:
    """Return ``podman`` or ``docker``, by the components of *version*."""
    names = " ".join(str(part.get("Name", "")) for part in version.get("Components") or [])
    return "podman" if "podman" in names.lower() else "docker"


def engine_info(
    version: Mapping[str, Any], info: Mapping[str, Any], host: str, buildx: Buildx | None
) -> EngineInfo:
    """Build an EngineInfo from the API's /version and /info."""
    return EngineInfo(
        kind=engine_kind(version),
        version=str(version.get("Version", "")),
        builder=f"buildx {buildx.version}" if buildx else "classic",
        named_contexts=buildx is not None and buildx.local and _major(version) >= NAMED_CONTEXTS_SINCE,
        host=host,
        kernel=str(info.get("KernelVersion", "")),
        os=str(info.get("OperatingSystem", "")),
        architecture=str(info.get("Architecture", "")),
        cpus=int(info.get("NCPU") or 0),
        memory=int(info.get("MemTotal") or 0),
        runtimes=tuple(sorted(info.get("Runtimes") or {})),
        gpu_ways=declared_gpu_ways(info),
    )


def _major(version: Mapping[str, Any]) -> int:
    return whole(str(version.get("Version", "")).partition(".")[0]) or 0


def declared_gpu_ways(info: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ways to request a GPU that the engine itself declares; others may work all the same."""
    devices = [str(device.get("ID", "")) for device in info.get("DiscoveredDevices") or []]
    cdi = any(device.startswith("nvidia.com/gpu") for device in devices)
    runtime = "nvidia" in (info.get("Runtimes") or {})
    return (("cdi",) if cdi else ()) + (("runtime",) if runtime else ())


def disk_free(info: Mapping[str, Any], host: str) -> int | None:
    """Return the bytes free where the engine keeps its images; None if that is not on this machine."""
    root = Path(str(info.get("DockerRootDir") or ""))
    if not host.startswith("unix://") or not root.is_absolute() or not root.is_dir():
        return None
    free = os.statvfs(root)
    return free.f_bavail * free.f_frsize
