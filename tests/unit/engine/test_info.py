from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.info import disk_free, engine_info

LOCAL, FAR = Buildx(("x",), "0.36.1"), Buildx(("x",), "0.36.1", builder="far")
DOCKER = [{"Name": "Engine"}, {"Name": "containerd"}]
PODMAN = [{"Name": "Podman Engine"}, {"Name": "Conmon"}]


@pytest.mark.parametrize(
    ("version", "buildx", "kind", "builder", "named_contexts"),
    [
        ({"Version": "20.10.24+dfsg1", "Components": DOCKER}, LOCAL, "docker", "buildx 0.36.1", False),
        ({"Version": "28.0.4", "Components": DOCKER}, LOCAL, "docker", "buildx 0.36.1", True),
        ({"Version": "28.0.4", "Components": DOCKER}, FAR, "docker", "buildx 0.36.1", False),
        ({"Version": "28.0.4", "Components": DOCKER}, None, "docker", "classic", False),
        ({"Version": "5.4.2", "Components": PODMAN}, None, "podman", "classic", False),
        ({"Version": "dev"}, LOCAL, "docker", "buildx 0.36.1", False),
    ],
)
def test_what_the_engine_can_do(
    version: dict[str, Any], buildx: Buildx | None, kind: str, builder: str, named_contexts: bool
) -> None:
    told = engine_info(version, {"NCPU": 2, "MemTotal": 1 << 30}, "unix:///x", buildx)
    assert (told.kind, told.builder, told.named_contexts) == (kind, builder, named_contexts)
    assert (told.cpus, told.memory, told.host) == (2, 1 << 30, "unix:///x")


@pytest.mark.parametrize(
    ("info", "ways"),
    [
        ({}, ()),
        ({"Runtimes": {"runc": {}}}, ()),
        ({"Runtimes": {"nvidia": {}}}, ("runtime",)),
        ({"Runtimes": {"nvidia": {}}, "DiscoveredDevices": [{"Source": "cdi", "ID": "nvidia.com/gpu=all"}]},
         ("cdi", "runtime")),
        ({"DiscoveredDevices": [{"Source": "cdi", "ID": "vendor.com/net=0"}]}, ()),
    ],
)  # fmt: skip
def test_gpu_ways_are_those_declared(info: dict[str, Any], ways: tuple[str, ...]) -> None:
    assert engine_info({}, info, "", None).gpu_ways == ways


def test_free_disk_is_known_only_where_it_is_ours(tmp_path: Path) -> None:
    here = {"DockerRootDir": str(tmp_path)}
    assert (disk_free(here, "unix:///x") or 0) > 0
    assert disk_free(here, "tcp://far:2375") is None
    assert disk_free({"DockerRootDir": str(tmp_path / "elsewhere")}, "unix:///x") is None
    assert disk_free({}, "unix:///x") is None
