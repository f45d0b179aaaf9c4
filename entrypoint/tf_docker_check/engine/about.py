"""What an engine tells of itself beyond what a run needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tf_docker_check.engine.buildx import find_buildx
from tf_docker_check.engine.client import client
from tf_docker_check.engine.discover import find
from tf_docker_check.engine.info import disk_free, engine_info, kind
from tf_docker_check.engine.protocol import Trace
from tf_docker_check.engine.traces import traces
from tf_docker_check.engine.trouble import asking
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.text import one_line


@dataclass(frozen=True)
class About:
    """An engine that answered. `found_by` says who named its address; `disk_free` is in bytes."""

    info: EngineInfo
    found_by: str = ""
    api: str = ""
    min_api: str = ""
    runc: str = ""
    storage: str = ""
    root: str = ""
    disk_free: int | None = None
    cgroup: str = ""
    rootless: bool = False
    seccomp: bool = False
    proxy: bool = False
    warnings: tuple[str, ...] = ()
    runs: tuple[Trace, ...] = ()  # what runs have there, those under way too


def ask(docker_host: str = "") -> About:
    """The first engine that answers. Raises EngineError, which names everything tried."""
    endpoint = find(docker_host)
    with asking("cannot ask the container engine about itself"):
        api = client(endpoint)
        try:
            version, info = api.version(), api.info()
            runs = traces(api, local=endpoint.host.startswith("unix://"))
        finally:
            api.close()
    buildx = None if kind(version) == "podman" else find_buildx(os.environ)
    told = engine_info(version, info, endpoint.host, buildx)
    known = about(version, info, told, endpoint.source, disk_free(info, endpoint.host))
    return replace(known, runs=runs)


def about(
    version: Mapping[str, Any], info: Mapping[str, Any], told: EngineInfo, found_by: str, free: int | None
) -> About:
    """An About from the API's /version and /info."""
    options = " ".join(map(str, info.get("SecurityOptions") or ()))
    parts = {str(part.get("Name")): str(part.get("Version")) for part in version.get("Components") or ()}
    return About(
        info=told,
        found_by=found_by,
        api=str(version.get("ApiVersion") or ""),
        min_api=str(version.get("MinAPIVersion") or ""),
        runc=parts.get("runc", ""),
        storage=str(info.get("Driver") or ""),
        root=str(info.get("DockerRootDir") or ""),
        disk_free=free,
        cgroup=str(info.get("CgroupVersion") or ""),
        rootless="rootless" in options,
        seccomp="seccomp" in options,
        proxy=bool(info.get("HttpProxy") or info.get("HttpsProxy")),
        warnings=tuple(one_line(str(one)) for one in info.get("Warnings") or ()),
    )
