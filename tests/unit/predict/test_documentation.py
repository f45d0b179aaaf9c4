from __future__ import annotations

from pathlib import Path

import pytest

from predict.told import CPU, CUDA, HELD_NUMPY, OFF, OFFICIAL, OFFICIAL_GPU, REQUIRE, SLIM, told
from tf_docker_check.resources.hosts import hosts
from tf_docker_check.resources.tensorflow import by_version

PAGE = (Path(__file__).parents[3] / "docs/predict.md").read_text()


@pytest.mark.parametrize("name", hosts())
def test_every_profile_is_there(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("### Profiles")[2].partition("## Rules")[0]


def test_every_rule_is_there() -> None:
    rules = {
        judgement.rule
        for strategy in (OFFICIAL, OFFICIAL_GPU, SLIM, CUDA, CPU, HELD_NUMPY)
        for version in by_version()
        for host in hosts().values()
        for judgement in told(
            strategy, version, "3.11", host, REQUIRE if strategy.gpu and host.gpus else OFF
        ).judgements
    }
    table = PAGE.partition("## Rules")[2]
    assert {rule for rule in rules if f"`{rule}`" not in table} == set()
    assert len(rules) > 10
