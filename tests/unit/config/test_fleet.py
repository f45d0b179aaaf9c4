from __future__ import annotations

from pathlib import Path

import pytest

from config.projects import loaded, mistakes
from tf_docker_check.model.config import FleetHost


def test_a_fleet(tmp_path: Path) -> None:
    text = """
        fleet:
          - {name: prod, profile: g5, driver: 535.183.01, disk: 100}
          - {name: old, cpu: no-avx, engine: 20.10, memory: 7.5}
          - {name: odd, gpu: sm_86, gpus: 2, cpu: [avx, avx2], toolkit: none, architecture: x86_64}
        """
    assert loaded(tmp_path, text).fleet == (
        FleetHost("prod", "g5", driver="535.183.01", disk=100),
        FleetHost("old", cpu=("no-avx",), engine="20.10", memory=7.5),
        FleetHost("odd", gpu="sm_86", gpus=2, cpu=("avx", "avx2"), toolkit="none", architecture="x86_64"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fleet: {a: b}", "1:8: fleet: keys and values is not a list of hosts"),
        ("fleet: [{gpu: T4}]", "1:9: fleet[0]: missing key 'name'"),
        ("fleet: [{name: a, drver: 1}]", "1:19: fleet[0]: unknown key 'drver'; did you mean 'driver'?"),
        (
            "fleet: [{name: a}, {name: a}]",
            "1:27: fleet[1].name: duplicate host name 'a'",
        ),
        ("fleet:\n- name: a\n  driver: new", "3:11: fleet[0].driver: invalid version 'new'"),
        ("fleet: [{name: a, engine: none}]", "1:27: fleet[0].engine: invalid version 'none'"),
        (
            "fleet: [{name: a, profile: ubuntu-24-04}]",
            "1:28: fleet[0].profile: unknown profile 'ubuntu-24-04'; did you mean 'ubuntu-24.04'?",
        ),
        (
            "fleet: [{name: a, gpu: Voodoo}]",
            "1:24: fleet[0].gpu: unknown GPU 'Voodoo'; write its compute capability, such as sm_86",
        ),
        ("fleet: [{name: a, gpus: 0}]", "1:25: fleet[0].gpus: 0 is not a whole number of at least 1"),
        ("fleet: [{name: a, disk: big}]", "1:25: fleet[0].disk: 'big' is not a number of gigabytes above 0"),
        (
            "fleet: [{name: a, architecture: arm64}]",
            "1:33: fleet[0].architecture: invalid value 'arm64'; "
            "must be one of x86_64, aarch64; did you mean 'aarch64'?",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    assert mistakes(tmp_path, text) == [message]
