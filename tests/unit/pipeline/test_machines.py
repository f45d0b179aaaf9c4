from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config, FleetHost, Gpu, Runner
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.pipeline.machines import hosts_of, runner_machine, this_machine

GIB = 1024**3
CONFIG = Config(
    (),
    (Runner("cpu"), Runner("gpu", gpu=Gpu.REQUIRE), Runner("far", docker_host="ssh://far"), Runner("known")),
    fleet=(FleetHost("known", "g5", engine="26.1.5"), FleetHost("other", gpu="none")),
)
ENGINE = EngineInfo(
    "docker", "28.0.4", architecture="arm64", memory=16 * GIB, os="Ubuntu 24.04", kernel="6.11"
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ["known", "other"]),
        (("p3", "other", "p3"), ["p3", "other"]),
        (("this-machine",), ["this-machine"]),
    ],
)
def test_hosts_by_name(names: tuple[str, ...], expected: list[str]) -> None:
    assert [host.name for host in hosts_of(CONFIG, names)] == expected


def test_without_a_fleet_it_is_this_machine() -> None:
    assert [host.name for host in hosts_of(replace(CONFIG, fleet=()), ())] == ["this-machine"]
    with pytest.raises(UsageError):
        hosts_of(CONFIG, ("nowhere",))


def test_the_machine_behind_a_runner() -> None:
    here = this_machine()
    assert (here.gpus, here.verified) == (0, True)
    assert runner_machine(CONFIG, "cpu").cpu == here.cpu
    assert runner_machine(CONFIG, "gpu").gpus == 1
    far = runner_machine(CONFIG, "far")
    assert (far.name, far.cpu, far.gpus) == ("far", (), 0)
    assert runner_machine(CONFIG, "known").gpu == "A10G"


def test_what_the_engine_says_of_its_machine() -> None:
    host = runner_machine(CONFIG, "far", ENGINE, 20 * GIB)
    assert (host.engine, host.architecture, host.disk_gib, host.memory_gib) == ("28.0.4", "aarch64", 20, 16)
    assert runner_machine(CONFIG, "known", ENGINE).engine == "26.1.5"  # what the user says stands


@pytest.mark.parametrize(
    ("changes", "engine"),
    [
        ({"version": "20.10.24+dfsg1"}, "20.10.24+dfsg1"),
        ({"version": "dev"}, ""),
        ({"version": ""}, ""),
        ({"kind": "podman", "version": "5.0.0"}, ""),
    ],
)
def test_versions_that_mean_dockers(changes: dict[str, str], engine: str) -> None:
    assert runner_machine(CONFIG, "cpu", replace(ENGINE, **changes)).engine == engine
