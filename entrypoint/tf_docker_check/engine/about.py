"""Describe an engine in more detail than a run needs, for `doctor`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tf_docker_check.engine.buildx import find_buildx
from tf_docker_check.engine.client import client
from tf_docker_check.engine.discover import find_endpoint
from tf_docker_check.engine.info import disk_free, engine_info, engine_kind
from tf_docker_check.engine.protocol import Trace
from tf_docker_check.engine.traces import traces
from tf_docker_check.engine.trouble import engine_errors
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
    runs: tuple[Trace, ...] = ()  # objects that runs made on the engine, also those of runs in progress


def describe_engine(docker_host: str = "") -> About:
    """Describe the first engine that answers. Raises EngineError, which names every address tried."""
    endpoint = find_endpoint(docker_host)
    with engine_errors("cannot ask the container engine about itself"):
        api = client(endpoint)
        try:
            version, info = api.version(), api.info()
            runs = traces(api, local=endpoint.host.startswith("unix://"))
        finally:
            api.close()
    buildx = None if engine_kind(version) == "podman" else find_buildx(os.environ)
    engine = engine_info(version, info, endpoint.host, buildx)
    known = build_about(version, info, engine, endpoint.source, disk_free(info, endpoint.host))
    return replace(known, runs=runs)


def build_about(
    version: Mapping[str, Any], info: Mapping[str, Any], engine: EngineInfo, found_by: str, free: int | None
) -> About:
    """Build an About from the API's /version and /info."""
    options = " ".join(map(str, info.get("SecurityOptions") or ()))
    parts = {str(part.get("Name")): str(part.get("Version")) for part in version.get("Components") or ()}
    return About(
        info=engine,
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
