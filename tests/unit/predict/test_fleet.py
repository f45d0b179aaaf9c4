from __future__ import annotations

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import FleetHost
from tf_docker_check.predict.fleet import host_of, named
from tf_docker_check.resources.hosts import hosts

FLEET = (FleetHost("prod", "g5", driver="535.183.01"), FleetHost("g6", gpu="T4"))


def test_a_profile_is_what_is_not_said() -> None:
    host, profile = host_of(FLEET[0]), hosts()["g5"]
    assert (host.name, host.driver) == ("prod", "535.183.01")
    assert (host.gpu, host.gpus, host.cpu) == (profile.gpu, profile.gpus, profile.cpu)
    assert not host.verified  # the profile is second-hand
    assert "g5" in host.source


def test_what_the_user_says_alone_counts_as_verified() -> None:
    host = host_of(FleetHost("mine", gpu="RTX 4090", gpus=2, driver="none", disk=20, memory=8, cpu=("avx",)))
    assert host.verified
    assert (host.gpu, host.gpus, host.compute_capability) == ("RTX 4000", 2, "8.9")
    assert (host.driver, host.disk_gib, host.memory_gib, host.cpu) == ("none", 20, 8, ("avx",))


@pytest.mark.parametrize(("gpu", "capability"), [("sm_86", "8.6"), ("sm_120", "12.0")])
def test_a_capability_alone(gpu: str, capability: str) -> None:
    host = host_of(FleetHost("a", "g5", gpu=gpu))
    assert (host.gpu, host.gpus, host.compute_capability) == ("", 1, capability)


def test_none_takes_the_gpu_of_a_profile_away() -> None:
    host = host_of(FleetHost("a", "g5", gpu="none"))
    assert (host.gpus, host.compute_capability, host.driver) == (0, "", "")


def test_no_avx_is_a_processor_without_it() -> None:
    assert "avx" not in host_of(FleetHost("a", "ubuntu-24.04", cpu=("no-avx",))).cpu


def test_the_fleet_comes_before_the_profiles() -> None:
    assert named("g6", FLEET).gpu == "T4"
    assert named("g5", FLEET) is hosts()["g5"]
    with pytest.raises(UsageError, match="no host 'nowhere'") as refused:
        named("nowhere", FLEET)
    assert "prod" in refused.value.why
