"""What is certain to fail fails, whichever verb is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.lint.registry import STAGE_RULES
from tf_docker_check.matrix.possible import why_impossible
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy, UserDockerfile
from tf_docker_check.model.prediction import Verdict
from tf_docker_check.predict.predict import predict
from tf_docker_check.predict.written import read_from_dockerfile
from tf_docker_check.resources.hosts import hosts

CERTAIN = ("TFD012", "TFD014", "TFD015", "TFD016", "TFD020", "TFD023")
"""Lint's errors by the rules that all verbs share; an extra that only warns (TFD032) is not among them."""

MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))
CELL = Cell("mine", "", "", "r")
PYTHONS = [
    f"{python}{kind}" for python in ("3.8", "3.11", "3.14", "3.15") for kind in ("", "-slim", "-alpine")
]
BASES = st.sampled_from(
    [f"python:{tag}" for tag in PYTHONS]
    + [f"tensorflow/tensorflow:{tag}" for tag in ("2.10.0", "2.17.1", "2.17.0-gpu", "2.18.1-gpu", "latest")]
    + ["amazonlinux:2", "debian:12", "ghcr.io/example/base:1", f"python:3.14-slim@sha256:{'a' * 64}"]
)
NAMES = st.sampled_from(["tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tf-nightly"])
VERSIONS = st.sampled_from(
    [
        "",
        "==2.21.0",
        "==2.16.0",
        "==2.15.0",
        "==2.10.0",
        "==2.4.1",
        "==2.99.0",
        ">=2.15,<2.16",
        ">=2.99",
        "<2.12",
    ]
)
PLATFORMS = st.sampled_from(["linux/amd64", "linux/arm64"])


@given(BASES, NAMES, VERSIONS, PLATFORMS)
def test_what_lint_knows_to_fail_neither_works_nor_is_planned(
    base: str, name: str, versions: str, platform: str
) -> None:
    text = f"FROM --platform={platform} {base}\nRUN pip install '{name}{versions}'\n"
    failing = errors(text, CERTAIN)
    written = read_from_dockerfile(MINE, text, platform)
    strategy = written.strategy
    architecture = "aarch64" if platform.endswith("arm64") else "x86_64"
    impossible = why_impossible(CELL, (strategy,), architecture)
    host = hosts()["ubuntu-24.04-arm" if architecture == "aarch64" else "ubuntu-24.04"]
    prediction = predict(CELL, (strategy,), host, architecture=architecture, gpu=Gpu.OFF)
    assert bool(failing) == bool(impossible), (failing, impossible)
    if impossible:
        assert impossible.reason in failing
        assert prediction.verdict is Verdict.FAILS


def errors(text: str, rules: Sequence[str]) -> list[str]:
    """What lint says of *text* by *rules*."""
    stages = read_stages(Source(Path("Dockerfile"), "Dockerfile", text))
    return [remark.message for rule in rules for stage in stages for remark in STAGE_RULES[rule](stage)]


@given(
    st.sampled_from(
        ["nvidia/cuda:12.2.2-cudnn8-runtime", "nvidia/cuda:11.8.0-base", "nvidia/cuda:12.6.3-runtime"]
    ),
    st.sampled_from(["tensorflow", "tensorflow[and-cuda]", "tensorflow-cpu"]),
    st.sampled_from(["2.10.0", "2.15.0", "2.16.1", "2.20.0", "2.21.0"]),
)
def test_what_lint_knows_to_find_no_gpu_does_not_work_on_one(base: str, name: str, version: str) -> None:
    run = f"RUN apt-get install -y python3-pip\nRUN pip3 install '{name}=={version}'"
    texts = [f"FROM {base}-ubuntu22.04\n{run}\n", f"FROM python:3.11-slim\n{run}\n"]
    for text in (*texts, f"FROM tensorflow/tensorflow:{version}-gpu\n"):
        written = read_from_dockerfile(MINE, text, "linux/amd64")
        prediction = predict(
            CELL, (MINE,), hosts()["g5"], architecture="x86_64", gpu=Gpu.REQUIRE, written=written
        )
        for message in errors(text, ("TFD031", "TFD033", "TFD034")):
            assert prediction.verdict is Verdict.FAILS
            first = prediction.judgements[0]
            assert first.reason == message or first.rule in ("exists", "gpu-build", "neighbours")
