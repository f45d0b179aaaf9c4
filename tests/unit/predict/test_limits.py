from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import CUDA, OFF, REQUIRE, machine, subject
from tf_docker_check.model.config import Gpu
from tf_docker_check.predict.limits import resources


@pytest.mark.parametrize(
    ("gpu", "changes", "rules"),
    [
        (REQUIRE, {"gpus": 8}, ["shm"]),
        (REQUIRE, {"gpus": 1}, []),
        (OFF, {"gpus": 8}, []),
        (OFF, {"engine": "29.4.2"}, ["open-files"]),
        (OFF, {"engine": "28.0.4"}, []),
        (OFF, {"memory_gib": 1.5}, ["memory"]),
        (OFF, {"memory_gib": 0}, []),
    ],
)
def test_limits_worth_knowing(gpu: Gpu, changes: dict[str, object], rules: list[str]) -> None:
    image = replace(subject(CUDA, "2.20.0", "3.12"), gpu=gpu)
    assert [one.rule for one in resources(image, machine(**changes))] == rules
