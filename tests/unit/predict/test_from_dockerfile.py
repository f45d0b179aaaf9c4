from __future__ import annotations

import pytest

from predict.told import MINE, REQUIRE, first, of_dockerfile
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Strategy, UserDockerfile
from tf_docker_check.predict.written import read_from_dockerfile
from tf_docker_check.rules.subject import Pip

APT = "RUN apt-get update && apt-get install -y python3-pip libfoo=1.2\n"


@pytest.mark.parametrize(
    ("text", "image", "install"),
    [
        (
            "FROM python:3.11-slim\nRUN pip install tensorflow==2.20.0 'numpy<2'",
            "python:3.11-slim",
            ("tensorflow==2.20.0", "numpy<2"),
        ),
        (
            'ARG BASE=debian:13\nFROM $BASE\nARG TF=2.17.1\nRUN pip install "tensorflow[and-cuda]==${TF}"',
            "debian:13",
            ("tensorflow[and-cuda]==2.17.1",),
        ),
        (
            "FROM a AS x\nENV V 2.19.0\nRUN pip install -U tensorflow==$V\nFROM x",
            "a",
            ("tensorflow==2.19.0",),
        ),
        ("FROM a\nRUN <<E\npip install tensorflow==2.18.0\nE", "a", ("tensorflow==2.18.0",)),
        (f"FROM ubuntu:22.04\n{APT}", "ubuntu:22.04", ()),
        ("FROM a\nRUN echo tensorflow==2.0.0", "a", ()),
        ("FROM scratch\nCOPY . /", "", ()),
        ("FROM a\nCOPY requirements.txt .\nRUN pip install -r requirements.txt", "a", ("tensorflow<2.16",)),
        ("FROM a\nRUN pip install -r r.txt tensorflow==2.20.0", "a", ("tensorflow==2.20.0",)),
    ],
)
def test_what_a_dockerfile_says(text: str, image: str, install: tuple[str, ...]) -> None:
    strategy = read_from_dockerfile(MINE, text, "linux/amd64", ("tensorflow<2.16",)).strategy
    assert (strategy.image, strategy.install) == (image, install)


def test_build_arguments_win_and_a_strategy_beneath_takes_the_place_of_from() -> None:
    user = UserDockerfile("Dockerfile", build_args=(("TF", "2.20.0"),))
    text = "FROM debian:13\nARG TF=2.17.1\nRUN pip install tensorflow==$TF"
    strategy = read_from_dockerfile(
        Strategy("mine", dockerfile=user, on="slim"), text, "linux/amd64"
    ).strategy
    assert (strategy.image, strategy.install) == ("", ("tensorflow==2.20.0",))


@pytest.mark.parametrize(
    ("line", "pip"),
    [
        ("RUN apt-get install -y python3-pip && pip install tensorflow", Pip.SYSTEM),
        ("RUN apk add py3-pip", Pip.SYSTEM),
        ("RUN apt-get install -y python3-pip && pip install --break-system-packages tensorflow", Pip.OWN),
        ("RUN apt-get install -y python3-pip python3-venv && python3 -m venv /v", Pip.OWN),
        ("RUN apt-get install -y python3-pip && pip install --upgrade pip", Pip.OWN),
        ("RUN apt-get install -y python3.11 python3-pip", Pip.OWN),
        ("RUN conda install tensorflow", Pip.OWN),
    ],
)
def test_whose_pip_it_is(line: str, pip: Pip) -> None:
    assert read_from_dockerfile(MINE, f"FROM ubuntu:24.04\n{line}", "linux/amd64").pip is pip


@pytest.mark.parametrize(
    ("text", "verdict", "rule"),
    [
        (f"FROM debian:13\n{APT}RUN pip install tensorflow", "fails", "pip"),  # PEP 668
        (
            f"FROM debian:12\n{APT}RUN python3 -m venv /v && /v/bin/pip install tensorflow==2.21.0",
            "works",
            "",
        ),
        (
            f"FROM ubuntu:18.04\n{APT}RUN pip3 install tensorflow==2.4.0",
            "fails",
            "pip",
        ),  # knows no manylinux2010
        (f"FROM debian:10\n{APT}RUN pip3 install tensorflow", "degraded", "pip"),  # 1.14.0 instead
        ("FROM python:3.14-slim\nRUN pip install tensorflow==2.21.0", "fails", "exists"),
        ("FROM python:3.11-slim\nRUN pip install tensorflow==2.14.0", "unknown", "neighbours"),
        ("FROM python:3.11-slim\nRUN pip install tensorflow==2.21.0", "works", ""),
        ("FROM tensorflow/tensorflow:2.21.0\nRUN pip install pandas", "works", ""),
        ("FROM ghcr.io/example/base:1\nRUN make", "unknown", "content"),
    ],
)
def test_predictions_for_a_dockerfile(text: str, verdict: str, rule: str) -> None:
    prediction = of_dockerfile(text)
    assert first(prediction) == (verdict, rule), prediction
    assert not prediction.sure  # it was read, not run


def test_cuda_bases_are_held_to_what_tensorflow_opens() -> None:
    def told(tag: str, tensorflow: str) -> tuple[str, str]:
        text = f"FROM nvidia/cuda:{tag}\n{APT}RUN pip install tensorflow=={tensorflow}"
        prediction = of_dockerfile(text, "g4dn", REQUIRE)
        return first(prediction)[0], prediction.judgements[0].cause if prediction.judgements else ""

    assert told("12.6.3-cudnn-runtime-ubuntu22.04", "2.19.0")[0] == "works"
    assert told("12.2.2-cudnn8-runtime-ubuntu22.04", "2.19.0") == ("fails", "cudnn-mismatch")
    assert told("11.8.0-cudnn8-runtime-ubuntu22.04", "2.19.0") == ("fails", "cuda-version-mismatch")
    assert told("12.6.3-base-ubuntu22.04", "2.19.0") == ("fails", "cuda-lib-missing")
    assert told("12.6.3-runtime-ubuntu22.04", "2.19.0") == ("fails", "cuda-lib-missing")


def test_what_cannot_be_built_is_refused_as_a_build_would() -> None:
    with pytest.raises(UsageError, match="no FROM"):
        read_from_dockerfile(MINE, "ARG A=1\n", "linux/amd64")
