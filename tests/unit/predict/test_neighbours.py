from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import SLIM, subject
from tf_docker_check.predict.surprises import surprises
from tf_docker_check.rules.dependencies import judge_installed


@pytest.mark.parametrize(
    ("tensorflow", "installed", "found"),
    [
        ("2.17.1", {"numpy": "2.0.0"}, ["numpy-abi fails"]),
        ("2.18.0", {"numpy": "2.4.6"}, []),
        ("2.11.1", {"protobuf": "4.21.0"}, ["protobuf-incompat fails"]),
        ("2.11.1", {"protobuf": "3.20.3"}, []),
        ("2.6.1", {"keras": "2.15.0"}, ["keras-incompat fails"]),
        ("2.6.2", {"keras": "2.15.0"}, []),
        ("2.4.4", {"h5py": "3.1.0"}, ["dependency-conflict degraded"]),
        ("2.20.0", {"setuptools": "82.0.0"}, ["python-env degraded"]),
        ("2.20.0", {"setuptools": "81.0.0"}, []),
        ("2.21.0", {"setuptools": "84.2.1"}, []),
    ],
)
def test_versions_that_do_not_get_along(tensorflow: str, installed: dict[str, str], found: list[str]) -> None:
    image = replace(subject(SLIM, tensorflow, "3.10"), installed=installed)
    assert [f"{one.cause} {one.verdict}" for one in judge_installed(image)] == found


def test_a_dockerfile_may_choose_otherwise() -> None:
    image = replace(subject(SLIM, "2.14.0", "3.10"), installed={"numpy": "2.2.6"}, written="Dockerfile")
    [found] = judge_installed(image)
    assert str(found.verdict) == "unknown"
    assert "unless Dockerfile chooses another" in found.reason


def test_what_newer_releases_do_differently() -> None:
    rules = {
        version: [one.rule for one in surprises(subject(SLIM, version))]
        for version in ("2.15.0", "2.16.1", "2.21.0")
    }
    assert rules == {"2.15.0": [], "2.16.1": ["keras-3"], "2.21.0": ["keras-3", "no-tensorboard"]}
