from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.image.base_image import Cuda, known
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy
from tf_docker_check.plan.detect import detect
from tf_docker_check.predict.subject import subject_of
from tf_docker_check.resources.images import official
from tf_docker_check.resources.tensorflow import release_named
from tf_docker_check.rules.stage import base_of

DIGEST = "@sha256:" + "a" * 64
NEWEST = official()[-1].last

REFERENCES = """
python:3.12-slim                                  python        3.12  debian 13
python:3.12-slim@                                 python        3.12  -
python:3.12-slim-bookworm@                        python        3.12  debian 12
python:3.8-slim                                   python        3.8   debian 12
python:3.11.4-slim                                python        3.11  -
python:3.15-rc-slim                               python        3.15  -
python:3.12-alpine3.22                            python        3.12  alpine 3.22  musl
python:3.12-alpine                                python        3.12  -            musl
python                                            python        3.14  debian 13
python:latest                                     python        3.14  debian 13
python:3-slim                                     python        3.14  debian 13
python:3-slim@                                    python        -     -
python:bookworm                                   python        3.14  debian 12
docker.io/library/python:3.12-slim                python        3.12  debian 13
arm64v8/python:3.12-slim                          python        3.12  debian 13
mirror.example.com:5000/hub/library/python:3.12   python        3.12  debian 13
bitnami/python:3.12                               -             -     -
cgr.dev/chainguard/python:latest                  -             -     -
pypython:3.12-slim                                -             -     -
python:٣.١٢-slim                                  -             -     -
tensorflow/tensorflow:2.17.0                      official      3.11  ubuntu 22.04 2.17.0
tensorflow/tensorflow:2.17.0@                     official      3.11  ubuntu 22.04 2.17.0
tensorflow/tensorflow:2.17.0-gpu                  official      3.11  ubuntu 22.04 2.17.0 gpu
tensorflow/tensorflow                             official      3.11  ubuntu 22.04 newest
tensorflow/tensorflow:latest-gpu-jupyter          official      3.11  ubuntu 22.04 newest gpu
tensorflow/tensorflow@                            official      -     -
tensorflow/tensorflow:latest@                     official      -     -
tensorflow/tensorflow:nightly                     official      -     -
tensorflow/tensorflow:2.0.0-py3                   official      3.6   ubuntu 18.04 2.0.0
tensorflow/tensorflow:latest-gpu-py3              official      3.6   ubuntu 18.04 2.1.0 gpu
tensorflow/tensorflow:latest-devel-gpu            official      -     -            gpu
mirror:5000/hub/tensorflow/tensorflow:2.17.0@     official      3.11  ubuntu 22.04 2.17.0
my-tensorflow/tensorflow:2.17.0                   -             -     -
nvidia/cuda:12.5.1-cudnn-runtime-ubuntu22.04@     cuda          -     ubuntu 22.04 gpu bare
nvcr.io/nvidia/cuda:11.8.0-base-rockylinux8       cuda          -     rhel 8       gpu bare
nvidia/cuda                                       cuda          -     -            gpu
nvcr.io/nvidia/tensorflow:24.02-tf2-py3           ngc           3.10  ubuntu 22.04 2.15.0 gpu
nvcr.io/nvidia/tensorflow:99.01-tf2-py3           ngc           -     -            gpu
gcr.io/deeplearning-platform-release/tf2-gpu.2-4  google        -     -            2.4 gpu
us-docker.pkg.dev/vertex-ai/training/tf-cpu.2-17.py310:latest google 3.10 -        2.17
quay.io/jupyter/tensorflow-notebook:cuda-latest   jupyter       -     -            gpu
quay.io/jupyter/tensorflow-notebook:tensorflow-2.17.0 jupyter   -     -            2.17.0
ecr.example.com/tensorflow-training:2.16.1-gpu-py310-cu123-ubuntu20.04-ec2 aws 3.10 ubuntu 20.04 2.16.1 gpu
uber/horovod:0.14.0-tf1.10.0-torch0.4.0-py3.5     horovod       3.5   -            1.10.0
rocm/tensorflow:rocm6.1-ubuntu22.04-py3.9-tf2.15  rocm          3.9   ubuntu 22.04 2.15
intel/intel-optimized-tensorflow:2.12.0-pip       intel         -     -            2.12.0
tensorflow/serving:latest                         serving       -     -
public.ecr.aws/lambda/python:3.12                 lambda        3.12  amzn 2023
mcr.microsoft.com/devcontainers/python:1-3.11-bookworm vendor-python 3.11 debian 12
registry.access.redhat.com/ubi9/python-311:1-77   vendor-python 3.11  rhel 9
continuumio/miniconda3                            conda         -     -
debian:bookworm-20250811                          distribution  -     debian 12    bare
debian:bookworm-20250811-slim                     distribution  -     debian 12    bare
debian:12.5@                                      distribution  -     debian 12    bare
debian                                            distribution  -     debian 13    bare
debian@                                           distribution  -     -
ubuntu:22.04@                                     distribution  -     ubuntu 22.04 bare
ubuntu:jammy-20240911.1                           distribution  -     ubuntu 22.04 bare
ubuntu:jessie                                     distribution  -     -
registry.access.redhat.com/ubi9/ubi:9.4           distribution  -     rhel 9       bare
registry.access.redhat.com/ubi9:latest            distribution  -     rhel 9       bare
almalinux:9.4-minimal                             distribution  -     rhel 9       bare
amazonlinux:2023.5.20240903.0                     distribution  -     amzn 2023    bare
alpine:3.22.1                                     distribution  -     alpine 3.22  musl bare
node:22-alpine                                    -             -     -            musl
fedora:noble                                      -             -     -
scratch                                           -             -     -
"""


def rows() -> list[tuple[str, str, str, str, list[str]]]:
    split = [line.split() for line in REFERENCES.strip().splitlines()]
    plain = [
        (
            name,
            family,
            python,
            " ".join(rest[: 1 if rest[0] == "-" else 2]),
            rest[1 if rest[0] == "-" else 2 :],
        )
        for name, family, python, *rest in split
    ]
    return [(name.removesuffix("@") + DIGEST * name.endswith("@"), *more) for name, *more in plain]


@pytest.mark.parametrize(("text", "family", "python", "system", "marks"), rows())
def test_every_verb_has_one_answer_for_a_reference(
    text: str, family: str, python: str, system: str, marks: list[str], tmp_path: Path
) -> None:
    image = known(text)
    found = image.distribution
    assert (image.family or "-", image.python or "-") == (family, python)
    assert (f"{found.id} {found.version}" if found else "-") == system
    flags = {"musl": image.musl, "gpu": image.gpu, "bare": image.without_pip}
    assert {mark for mark, holds in flags.items() if holds} == {mark for mark in marks if mark in flags}
    release = next((NEWEST if mark == "newest" else mark for mark in marks if mark not in flags), "")
    assert image.tensorflow == release
    if not image.reference or text == "scratch":
        return

    (tmp_path / "Dockerfile").write_text(f"FROM {text}\n")
    source = Source(tmp_path / "Dockerfile", "Dockerfile", f"FROM {text}\n")
    [stage] = read_stages(source, lookup=lambda _: None)
    assert base_of(stage) == image

    if image.has_tensorflow:
        config = detect(tmp_path, Config(strategies=(), tensorflow=("auto",), python=("auto",)))
        assert config.tensorflow == ((release,) if release and "newest" not in marks else ("auto",))

    subject = subject_of(Cell("x", release, "", "cpu"), [Strategy("x", text)], "x86_64")
    assert (subject.python, subject.distribution) == (image.python, found)
    assert subject.release == release_named(release)


@pytest.mark.parametrize(
    ("text", "cuda"),
    [
        ("nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04", Cuda("12.6.3", "9", "runtime")),
        ("nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04" + DIGEST, Cuda("11.8.0", "8", "devel")),
        ("docker.io/nvidia/cuda:12.2.2-base-ubuntu22.04", Cuda("12.2.2", "none", "base")),
        ("nvidia/cuda:99.1.0-cudnn-runtime-ubuntu24.04", Cuda("99.1.0", "", "runtime")),
        ("nvidia/cuda:latest", None),
        ("python:3.11-slim", None),
    ],
)
def test_the_cuda_in_an_image(text: str, cuda: Cuda | None) -> None:
    assert known(text).cuda == cuda


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("python", "latest"),
        ("h.example:5000/a/b", "latest"),
        ("python" + DIGEST, ""),
        ("python:3" + DIGEST, "3"),
    ],
)
def test_tags(text: str, tag: str) -> None:
    assert known(text).tag == tag


@pytest.mark.parametrize(
    ("text", "slim"), [("python:3.12.4-slim", True), ("python:3.12", False), ("x:3.12-slim", False)]
)
def test_plain_slim_images(text: str, slim: bool) -> None:
    assert known(text).plain_slim is slim
