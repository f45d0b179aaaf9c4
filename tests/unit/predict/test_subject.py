from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import CUDA, OFFICIAL_GPU, SLIM, UNPINNED, subject
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy, UserDockerfile
from tf_docker_check.predict.subject import subject_of
from tf_docker_check.rules.subject import CudaFrom, Pip

RANGE = replace(SLIM, install=("tensorflow>=2.15,<2.18",))
AMAZON = Strategy("amazon", "amazonlinux:2", ("tensorflow",))


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "release"),
    [
        (SLIM, "2.20.0", "3.12", "2.20.0"),
        (UNPINNED, "", "3.9", "2.20.0"),
        (UNPINNED, "", "3.13", "2.21.0"),
        (UNPINNED, "", "3.14", ""),
        (RANGE, "", "3.12", "2.17.1"),
        (RANGE, "", "3.13", ""),
        (AMAZON, "", "3.11", "2.20.0"),  # its glibc is older than 2.21's wheels want
        (Strategy("official", "tensorflow/tensorflow:latest"), "", "", "2.21.0"),
        (Strategy("official", "tensorflow/tensorflow:nightly"), "", "", ""),
        (SLIM, "nightly", "3.12", ""),
        (Strategy("over", "tensorflow/tensorflow:2.17.0", ("tensorflow==2.18.0",)), "", "", "2.18.0"),
    ],
)
def test_the_release_in_the_image(strategy: Strategy, tensorflow: str, python: str, release: str) -> None:
    found = subject(strategy, tensorflow, python).release
    assert (found.version if found else "") == release


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "where", "cuda"),
    [
        (CUDA, "2.20.0", "3.12", CudaFrom.EXTRA, "12.5"),
        (CUDA, "2.13.1", "3.11", CudaFrom.NOWHERE, "11.8"),
        (OFFICIAL_GPU, "2.17.0", "", CudaFrom.IMAGE, "12.3"),
        (SLIM, "2.20.0", "3.12", CudaFrom.NOWHERE, "12.5"),
        (Strategy("base", "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04"), "", "", CudaFrom.BASE, "12.6"),
        (Strategy("own", "ghcr.io/example/base:1"), "2.20.0", "", CudaFrom.UNKNOWN, "12.5"),
    ],
)
def test_where_cuda_comes_from(
    strategy: Strategy, tensorflow: str, python: str, where: CudaFrom, cuda: str
) -> None:
    found = subject(strategy, tensorflow, python)
    assert (found.cuda_from, found.cuda) == (where, cuda)


def test_what_a_strategy_says_of_a_version_is_not_expected_otherwise() -> None:
    assert subject(SLIM, "2.14.0", "3.11").installed["numpy"].startswith("2.")
    held = replace(SLIM, install=(*SLIM.install, "numpy<2"))
    assert "numpy" not in subject(held, "2.14.0", "3.11").installed
    assert "numpy" in subject(replace(SLIM, install=(*SLIM.install, "numpy>=2")), "2.14.0", "3.11").installed


def test_a_dockerfile_on_a_strategy_is_known_by_what_it_stands_on() -> None:
    mine = Strategy("mine", install=("tensorflow==2.19.0",), dockerfile=UserDockerfile("D"), on="slim")
    found = subject_of(Cell("mine", "2.20.0", "3.12", ""), (mine, SLIM), "x86_64")
    assert found.release
    assert (found.release.version, found.image, found.written) == ("2.19.0", "python:3.12-slim", "D")


@pytest.mark.parametrize(
    ("strategy", "given", "pip"),
    [
        (SLIM, Pip.OWN, Pip.OWN),
        (Strategy("bare", "debian:13", ("tensorflow",)), Pip.OWN, Pip.ABSENT),
        (
            Strategy("own", "debian:13", ("tensorflow",), dockerfile=UserDockerfile("D")),
            Pip.SYSTEM,
            Pip.SYSTEM,
        ),
        (
            Strategy("own", "python:3.12", ("tensorflow",), dockerfile=UserDockerfile("D")),
            Pip.SYSTEM,
            Pip.OWN,
        ),
    ],
)
def test_what_installs(strategy: Strategy, given: Pip, pip: Pip) -> None:
    assert subject(strategy, "2.20.0", "3.12" if strategy is SLIM else "", given).pip is pip
