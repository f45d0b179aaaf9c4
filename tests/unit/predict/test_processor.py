from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import SLIM, machine, on_distribution, subject
from tf_docker_check.predict.processor import processor
from tf_docker_check.resources.distributions import distributions


@pytest.mark.parametrize(
    ("cpu", "base", "rules"),
    [
        (("sse4_2",), "debian:13", ["avx"]),
        (("avx",), "debian:13", []),
        (("avx",), "rhel:10", ["cpu-level"]),
        (("avx", "avx2", "fma"), "rhel:10", []),
        ((), "rhel:10", []),
    ],
)
def test_instructions(cpu: tuple[str, ...], base: str, rules: list[str]) -> None:
    image = on_distribution(distributions()[base], SLIM, "2.21.0", "3.12")
    found = list(processor(image, machine("ubuntu-24.04", cpu=cpu)))
    assert [one.rule for one in found] == rules
    assert all(one.cause == "cpu-instruction" for one in found)


def test_arm_needs_no_flag() -> None:
    image = replace(subject(SLIM, "2.21.0", "3.12"), architecture="aarch64")
    assert list(processor(image, machine("ubuntu-24.04-arm", cpu=("fp", "asimd")))) == []
