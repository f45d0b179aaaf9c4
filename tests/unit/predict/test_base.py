from __future__ import annotations

import pytest

from tf_docker_check.predict.base import (
    CudaBase,
    cuda_base,
    distribution_of,
    is_distribution,
    official_release,
)
from tf_docker_check.resources.tensorflow import newest_final


@pytest.mark.parametrize(
    ("image", "distribution"),
    [
        ("python:3.11-slim", "debian 13"),
        ("python:3-slim", "debian 13"),
        ("python:3.12-slim-bookworm", "debian 12"),
        ("python:3.8-slim", "debian 12"),  # its last build
        ("python:3.11.4-slim", ""),  # the day it was built decides, and the tag does not tell
        ("python:3.12-alpine3.20", ""),
        ("docker.io/library/debian:12.5-slim", "debian 12"),
        ("mirror.example.com:5000/debian:bookworm-slim", "debian 12"),
        ("debian", "debian 13"),
        ("ubuntu:noble", "ubuntu 24.04"),
        ("ubuntu:22.04@sha256:" + "0" * 64, "ubuntu 22.04"),
        ("almalinux:9.4-minimal", "rhel 9"),
        ("rockylinux:9", "rhel 9"),
        ("amazonlinux:2", "amzn 2"),
        ("alpine:3.22.1", "alpine 3.22"),
        ("tensorflow/tensorflow:2.17.0-gpu", "ubuntu 22.04"),
        ("nvidia/cuda:12.3.2-cudnn9-runtime-ubuntu22.04", "ubuntu 22.04"),
        ("nvidia/cuda:11.8.0-base-rockylinux8", "rhel 8"),
        ("ghcr.io/example/base:1.4", ""),
        ("fedora:noble", ""),
        ("", ""),
    ],
)
def test_the_distribution_in_an_image(image: str, distribution: str) -> None:
    row = distribution_of(image)
    assert (f"{row.id} {row.version}" if row else "") == distribution


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nvidia/cuda:12.3.2-cudnn9-runtime-ubuntu22.04", CudaBase("12.3", "9", "runtime")),
        ("docker.io/nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04", CudaBase("12.6", "9", "devel")),
        ("nvidia/cuda:11.8.0-base-ubuntu22.04", CudaBase("11.8", "", "base")),
        ("nvidia/cuda:latest", None),
        ("python:3.11-slim", None),
    ],
)
def test_the_cuda_in_an_image(image: str, expected: CudaBase | None) -> None:
    assert cuda_base(image) == expected


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("tensorflow/tensorflow:2.17.0-gpu-jupyter", "2.17.0"),
        ("tensorflow/tensorflow:latest-gpu", newest_final().version),
        ("tensorflow/tensorflow:nightly", ""),
        ("python:latest", ""),
    ],
)
def test_the_release_in_an_official_image(image: str, release: str) -> None:
    assert official_release(image) == release


@pytest.mark.parametrize(
    ("image", "plain"),
    [
        ("debian:13", True),
        ("nvidia/cuda:12.3.2-runtime-ubuntu22.04", True),
        ("python:3.11", False),
        ("x", False),
    ],
)
def test_plain_distributions_bring_no_pip(image: str, plain: bool) -> None:
    assert is_distribution(image) is plain
