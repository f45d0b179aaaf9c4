from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import CUDA, OFFICIAL_GPU, REQUIRE, machine, subject
from tf_docker_check.model.config import Strategy
from tf_docker_check.predict.driver import driver

NEW = "580.65.06"


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "changes", "found"),
    [
        (CUDA, "2.20.0", {"driver": "525.60.13"}, ""),
        (CUDA, "2.20.0", {"driver": "525.60.11"}, "fails: error 35"),
        (CUDA, "2.20.0", {"driver": "610.1"}, ""),  # none is too new
        (CUDA, "2.20.0", {"driver": ""}, "unknown: it works from 525.60.13 on"),
        (CUDA, "2.20.0", {"driver": "none"}, "fails: has no NVIDIA driver"),
        (CUDA, "2.14.1", {"driver": "470.256.02"}, ""),  # CUDA 11
        (OFFICIAL_GPU, "2.2.0", {"driver": "418.39"}, ""),  # CUDA 10.1 itself
        (OFFICIAL_GPU, "2.2.0", {"driver": "410.48"}, "unknown: 418.39"),
        # cuda-compat is in the image, not in the wheels
        (OFFICIAL_GPU, "2.17.0", {"driver": "470.256.02"}, "unknown: cuda-compat bridges"),
        (OFFICIAL_GPU, "2.17.0", {"driver": "470.256.02", "gpu": "RTX 3000"}, "fails: 804"),
        (OFFICIAL_GPU, "2.17.0", {"driver": "460.32.03"}, "fails: error 35"),  # a branch it does not name
        # generations that drivers dropped, or do not know yet
        (CUDA, "2.19.0", {"gpu": "V100", "driver": "590.44.01"}, "fails: the last branch is 580"),
        (CUDA, "2.19.0", {"gpu": "V100", "driver": NEW}, ""),
        (CUDA, "2.19.0", {"gpu": "", "capability": "7.0", "driver": "590.44.01"}, "fails: capability 7.0"),
        (CUDA, "2.19.0", {"gpu": "RTX 5000", "driver": "550.54.14"}, "fails: it needs 570.26"),
    ],
)
def test_drivers(strategy: Strategy, tensorflow: str, changes: dict[str, str], found: str) -> None:
    image = replace(subject(strategy, tensorflow, "3.10"), gpu=REQUIRE)
    judgements = list(driver(image, machine(**changes)))
    verdict, _, said = found.partition(": ")
    assert [str(one.verdict) for one in judgements[:1]] == ([verdict] if verdict else [])
    assert said in "".join(one.reason for one in judgements)


def test_without_a_gpu_the_driver_is_no_matter() -> None:
    assert list(driver(subject(CUDA, "2.20.0", "3.12"), machine("ubuntu-24.04"))) == []
