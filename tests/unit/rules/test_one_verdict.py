"""What is certain to fail fails, whichever verb is asked."""

from __future__ import annotations

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
from tf_docker_check.predict.subject import read_from_dockerfile
from tf_docker_check.resources.hosts import hosts

CERTAIN = ("TFD012", "TFD014", "TFD015", "TFD016", "TFD020", "TFD023")
"""Lint's errors by the rules that all verbs share; an extra that only warns (TFD032) is not among them."""

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
    failing = errors(text)
    strategy = read_from_dockerfile(
        Strategy("mine", dockerfile=UserDockerfile("Dockerfile")), text, platform
    )[0]
    cell, architecture = Cell("mine", "", "", "r"), "aarch64" if platform.endswith("arm64") else "x86_64"
    impossible = why_impossible(cell, (strategy,), architecture)
    host = hosts()["ubuntu-24.04-arm" if architecture == "aarch64" else "ubuntu-24.04"]
    prediction = predict(cell, (strategy,), host, architecture=architecture, gpu=Gpu.OFF)
    assert bool(failing) == bool(impossible), (failing, impossible)
    if impossible:
        assert impossible.reason in failing
        assert prediction.verdict is Verdict.FAILS


def errors(text: str) -> list[str]:
    """What lint says of *text* by the rules of CERTAIN."""
    stages = read_stages(Source(Path("Dockerfile"), "Dockerfile", text))
    return [remark.message for rule in CERTAIN for stage in stages for remark in STAGE_RULES[rule](stage)]
