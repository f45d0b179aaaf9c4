from __future__ import annotations

import pytest

from predict.told import OFFICIAL_GPU, SLIM, machine, subject
from tf_docker_check.predict.gate import start_gate

OLD = {"driver": "530.30.02", "toolkit": "1.13.5", "engine": "24.0.7"}


@pytest.mark.parametrize(
    ("changes", "verdict", "said"),
    [
        ({}, "fails", "unsatisfied condition: cuda"),
        ({"driver": "545.23.06"}, "", ""),  # knows CUDA 12.3
        ({"driver": "535.183.01"}, "", ""),  # a branch that the image names, on a data-centre GPU
        ({"driver": "535.183.01", "gpu": "RTX 3000"}, "fails", ""),
        ({"driver": "535.183.01", "gpu": "", "capability": "8.6"}, "unknown", "one for data centres"),
        ({"toolkit": "1.18.0"}, "", ""),  # nobody looks
        ({"engine": "29.2.0"}, "unknown", "comes by CDI"),
        ({"toolkit": ""}, "unknown", "comes by CDI"),
        ({"driver": ""}, "", ""),
        ({"driver": "none"}, "", ""),
    ],
)
def test_the_condition_on_the_driver(changes: dict[str, str], verdict: str, said: str) -> None:
    found = list(start_gate(subject(OFFICIAL_GPU, "2.17.0"), machine(**{**OLD, **changes})))
    assert [str(one.verdict) for one in found] == ([verdict] if verdict else [])
    assert said in "".join(one.reason for one in found)


def test_images_without_a_gate() -> None:
    assert list(start_gate(subject(SLIM, "2.17.0", "3.12"), machine(**OLD))) == []
