from __future__ import annotations

import pytest

from tf_docker_check.lint.image import known, tag_of


@pytest.mark.parametrize(
    ("reference", "tag"),
    [
        ("python", "latest"),
        ("python:3.12", "3.12"),
        ("example.com:5000/python", "latest"),
        ("example.com:5000/a/b:c", "c"),
        ("python@sha256:00", ""),
        ("python:3@sha256:00", "3"),
    ],
)
def test_tags(reference: str, tag: str) -> None:
    assert tag_of(reference) == tag


@pytest.mark.parametrize(
    ("reference", "family", "python", "system", "gpu"),
    [
        ("python:3.12-slim", "python", "3.12", "debian 13", False),
        ("python:3.12-slim-bookworm", "python", "3.12", "debian 12", False),
        ("docker.io/library/python:3.11.4-slim", "python", "3.11", "", False),
        ("python:3.12-alpine", "python", "3.12", "", False),
        ("python", "python", "3.14", "", False),
        ("tensorflow/tensorflow:2.17.0-gpu", "official", "3.11", "ubuntu 22.04", True),
        ("tensorflow/tensorflow", "official", "3.11", "ubuntu 22.04", False),
        ("tensorflow/tensorflow:latest-gpu", "official", "3.11", "ubuntu 22.04", True),
        ("tensorflow/tensorflow:nightly", "official", "", "", False),
        ("tensorflow/tensorflow:2.0.0-py3", "official", "", "ubuntu 18.04", False),
        ("nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04", "cuda", "3.12", "ubuntu 24.04", True),
        ("nvcr.io/nvidia/cuda:11.8.0-base-ubuntu20.04", "cuda", "3.8", "ubuntu 20.04", True),
        ("nvidia/cuda:12.6.3-runtime-rockylinux9", "cuda", "3.9", "rhel 9", True),
        ("nvidia/cuda:latest", "", "", "", False),
        ("nvcr.io/nvidia/tensorflow:24.02-tf2-py3", "ngc", "", "", True),
        ("debian:bookworm-slim", "distribution", "3.11", "debian 12", False),
        ("debian:12.5", "distribution", "3.11", "debian 12", False),
        ("debian:bookworm-20250811-slim", "distribution", "3.11", "debian 12", False),
        ("ubuntu", "distribution", "3.14", "ubuntu 26.04", False),
        ("ubuntu:focal", "distribution", "3.8", "ubuntu 20.04", False),
        ("almalinux:9.4", "distribution", "3.9", "rhel 9", False),
        ("registry.access.redhat.com/ubi8/ubi:8.9", "distribution", "3.6", "rhel 8", False),
        ("amazonlinux:2", "distribution", "2.7", "amzn 2", False),
        ("ubuntu:jessie", "", "", "", False),
        ("example.com/ml:1", "", "", "", False),
        ("", "", "", "", False),
    ],
)
def test_what_is_in_an_image(reference: str, family: str, python: str, system: str, gpu: bool) -> None:
    base = known(reference)
    named = f"{base.distribution.id} {base.distribution.version}" if base.distribution else ""
    assert (base.family, base.python, named, base.gpu) == (family, python, system, gpu)


@pytest.mark.parametrize(
    ("reference", "cuda", "cudnn", "flavour"),
    [
        ("nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04", "12.6.3", "9", "runtime"),
        ("nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04", "11.8.0", "8", "devel"),
        ("nvidia/cuda:12.2.2-base-ubuntu22.04", "12.2.2", "none", "base"),
        ("nvidia/cuda:99.1.0-cudnn-runtime-ubuntu24.04", "99.1.0", "", "runtime"),
    ],
)
def test_cuda_and_cudnn(reference: str, cuda: str, cudnn: str, flavour: str) -> None:
    base = known(reference)
    assert (base.cuda, base.cudnn, base.flavour) == (cuda, cudnn, flavour)


@pytest.mark.parametrize("reference", ["alpine", "alpine:3.21", "python:3.12-alpine3.21", "node:22-alpine"])
def test_musl(reference: str) -> None:
    assert known(reference).musl
