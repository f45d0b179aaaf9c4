from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import CUDA, HELD_CUDNN, REQUIRE, machine, subject
from tf_docker_check.model.config import Strategy
from tf_docker_check.predict.kernels import has_code, kernels


@pytest.mark.parametrize(
    ("sass", "capability", "serves"),
    [
        ((80,), "8.0", True),
        ((80,), "8.9", True),
        ((70,), "7.5", True),
        ((86,), "8.0", False),
        ((90,), "9.0", True),
        ((100,), "12.0", False),
        ((75, 80), "7.0", False),
    ],
)
def test_machine_code_runs_on_its_own_major_from_its_minor_on(
    sass: tuple[int, ...], capability: str, serves: bool
) -> None:
    assert has_code(sass, capability) is serves


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "changes", "found"),
    [
        (CUDA, "2.20.0", {}, []),
        (CUDA, "2.20.0", {"gpu": "", "capability": ""}, ["machine-code unknown"]),
        (CUDA, "2.20.0", {"gpu": "V100"}, ["cudnn-code fails"]),
        (HELD_CUDNN, "2.20.0", {"gpu": "V100"}, []),
        (
            CUDA,
            "2.20.0",
            {"gpu": "Tesla K80"},
            ["machine-code fails", "cudnn-code fails", "cublas-code fails"],
        ),
        (CUDA, "2.20.0", {"gpu": "RTX 5000"}, ["machine-code fails"]),
        (CUDA, "2.19.0", {"gpu": "B200"}, ["machine-code unknown", "cublas-code unknown"]),
        # PTX, where the driver can compile it
        (CUDA, "2.14.1", {"gpu": "H100", "driver": "580.65.06"}, ["machine-code degraded"]),
        (CUDA, "2.14.1", {"gpu": "H100", "driver": "510.47.03"}, ["machine-code fails"]),
        (CUDA, "2.14.1", {"gpu": "H100", "driver": ""}, ["machine-code unknown"]),
    ],
)
def test_kernels(strategy: Strategy, tensorflow: str, changes: dict[str, str], found: list[str]) -> None:
    image = replace(subject(strategy, tensorflow, "3.10"), gpu=REQUIRE)
    judgements = list(kernels(image, machine(**changes)))
    assert [f"{one.rule} {one.verdict}" for one in judgements] == found


def test_an_unknown_driver_gets_a_threshold() -> None:
    [found] = kernels(subject(CUDA, "2.14.1", "3.10"), machine(gpu="H100", driver=""))
    assert "520.61.05" in found.reason
