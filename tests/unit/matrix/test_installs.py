import pytest

from tf_docker_check.matrix.installs import (
    is_musl,
    is_official,
    is_slim_python,
    official_version,
    python_of,
)


@pytest.mark.parametrize(
    ("image", "official", "release"),
    [
        ("tensorflow/tensorflow:2.17.0-gpu", True, "2.17.0"),
        ("docker.io/tensorflow/tensorflow:2.17.0", True, "2.17.0"),
        ("mirror:5000/hub/tensorflow/tensorflow:latest-gpu", True, ""),
        ("python:3.12-slim", False, ""),
        ("my-tensorflow/tensorflow:2.17.0", False, ""),
    ],
)
def test_official_images(image, official, release):
    assert is_official(image) is official
    assert official_version(image) == release


@pytest.mark.parametrize(
    ("image", "python", "slim"),
    [
        ("python:3.12-slim", "3.12", True),
        ("docker.io/library/python:3.12.4-slim", "3.12", True),
        ("python:3.12-slim-bullseye", "3.12", False),
        ("python:3.12", "3.12", False),
        ("python:3-slim", "3.14", False),
        ("pypython:3.12-slim", "", False),
        ("debian:12", "", False),
    ],
)
def test_python_images(image, python, slim):
    assert python_of(image) == python
    assert is_slim_python(image) is slim


def test_musl():
    assert is_musl("python:3.12-alpine3.20")
    assert not is_musl("alpine.example/python:3.12-slim")
