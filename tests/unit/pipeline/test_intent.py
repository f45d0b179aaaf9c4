"""A GPU is meant where the Dockerfile or the strategy says so, without configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.model.config import Gpu, Runner
from tf_docker_check.model.prediction import Verdict
from tf_docker_check.pipeline.configure import load_project_config
from tf_docker_check.pipeline.predict_cells import forecast
from tf_docker_check.plan.make import make_plan
from tf_docker_check.resources.hosts import hosts

CASES = {
    "FROM tensorflow/tensorflow:latest-gpu": True,
    "FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04\nRUN pip3 install tensorflow==2.19.0": True,
    "FROM nvcr.io/nvidia/tensorflow:24.12-tf2-py3": True,
    "FROM python:3.12-slim\nRUN pip install 'tensorflow[and-cuda]==2.20.0'": True,
    "FROM python:3.8-slim\nRUN pip install tensorflow-gpu==2.4.1": True,
    "FROM tensorflow/tensorflow:2.17.0-gpu\nENV CUDA_VISIBLE_DEVICES=-1": False,
    "FROM tensorflow/tensorflow:2.17.0": None,
    "FROM python:3.12-slim\nRUN pip install tensorflow==2.20.0": None,
}


@pytest.mark.parametrize(("text", "meant"), CASES.items(), ids=range(len(CASES)))
def test_what_a_dockerfile_means(text: str, meant: bool | None, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"{text}\n")
    config = load_project_config(tmp_path, "", {})
    own, *others = config.strategies
    assert own.gpu is meant
    assert [one.on for one in others] == (["official-gpu", "slim-cuda"] if meant else ["official", "slim"])
    assert any("a GPU is meant: " in note for note in config.notes) == bool(meant)
    policies = {planned.gpu for planned in make_plan(config).cells}
    assert policies == {Gpu.STATIC if meant else Gpu.OFF}


def test_an_image_for_amd_gpus_is_planned_for_the_cpu_and_not_said_to_work(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM rocm/tensorflow:rocm6.0-py3.9-tf2.14-dev\n")
    config = load_project_config(tmp_path, "", {})
    assert any("only what runs on the CPU is checked" in note for note in config.notes)
    (_, [prediction]), *_ = forecast(config, tmp_path, [hosts()["ubuntu-24.04"]])
    assert (prediction.verdict, prediction.short.rule) == (Verdict.UNKNOWN, "gpu")


def test_every_cell_of_a_gpu_image_is_planned_for_a_gpu_runner(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM tensorflow/tensorflow:latest-gpu\n")
    plan = make_plan(load_project_config(tmp_path, "", {"gpu": "require"}))
    assert {planned.gpu for planned in plan.cells} == {Gpu.REQUIRE}
    assert not any("CPU-only" in excluded.reason for excluded in plan.excluded)


def test_what_the_configuration_says_outranks_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM tensorflow/tensorflow:2.17.0-gpu\n")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/tf-docker-check.yml").write_text(
        "strategies:\n"
        "  cpu-only: {dockerfile: Dockerfile, gpu: false}\n"
        "  read: {dockerfile: Dockerfile}\n"
        "  on-cuda: {from: 'nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04'}\n"
        "  on-tag: {from: 'tensorflow/tensorflow:{tensorflow}-gpu'}\n"
        "runners: {small: {}, big: {gpu: require}}\n"
    )
    config = load_project_config(tmp_path, "", {})
    meant = {strategy.name: strategy.gpu for strategy in config.strategies}
    assert meant == {"cpu-only": False, "read": True, "on-cuda": True, "on-tag": True}
    assert config.runners == (Runner("small"), Runner("big", gpu=Gpu.REQUIRE))
    policies = {planned.cell.id: planned.gpu for planned in make_plan(config).cells}
    assert policies["read@small"] is Gpu.OFF
    assert policies["read@big"] is Gpu.REQUIRE
    assert "cpu-only@big" not in policies
