from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet
from predict.told import HELD_NUMPY, SLIM, subject

from tf_docker_check.rules.availability import judge_availability
from tf_docker_check.rules.dependencies import judge_requests, possible


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("<2", "<2.0.0,>=1.23.5", True),
        (">=5", "!=4.21.0,<5.0.0dev,>=3.20.3", False),
        ("==4.25.*", "<5.0.0dev,>=3.20.3", True),
        ("==1.26.4", "<1.24,>=1.22", False),
        (">1.23,<1.24", ">=1.22", True),
        (">1.23", "<=1.23", False),
        ("~=2.6", "<3", True),
        ("!=1.0", "", True),
        ("<2", ">=2", False),
    ],
)
def test_whether_some_version_satisfies_both(one: str, other: str, both: bool) -> None:
    assert possible(SpecifierSet(one), SpecifierSet(other)) is both
    assert possible(SpecifierSet(other), SpecifierSet(one)) is both


def test_pins_that_pip_refuses_together() -> None:
    protobuf = replace(SLIM, install=(*SLIM.install, "protobuf>=5"))
    [found] = judge_requests(subject(protobuf, "2.15.1", "3.11"))
    assert (str(found.verdict), found.cause) == ("fails", "dependency-conflict")
    assert list(judge_requests(subject(protobuf, "2.20.0", "3.11"))) == []
    assert list(judge_requests(subject(HELD_NUMPY, "2.15.1", "3.11"))) == []


def test_a_dockerfile_may_install_them_one_after_the_other() -> None:
    protobuf = replace(SLIM, install=(*SLIM.install, "protobuf>=5"))
    [found] = judge_requests(replace(subject(protobuf, "2.15.1", "3.11"), written="Dockerfile"))
    assert str(found.verdict) == "unknown"


def test_a_version_that_the_images_python_has_no_wheel_for() -> None:
    old = replace(SLIM, install=(*SLIM.install, "torch==1.8.1", "pandas==1.0.1", "numpy"))
    verdicts = [str(one.verdict) for one in judge_availability(subject(old, "2.21.0", "3.11"))]
    assert verdicts == ["fails", "unknown"]
    new = replace(SLIM, install=(*SLIM.install, "pandas==2.2.2", "torch==2.4.1"))
    [ended] = judge_availability(subject(new, "2.13.1", "3.8"))
    assert ended.remedy == "ask for pandas 2.0.3 or older, or take Python 3.12"


def test_pip_goes_back_to_a_release_that_admits_the_other_requests() -> None:
    old = replace(SLIM, install=("tensorflow>=2.12", "numpy<1.25"))
    release = subject(old, "", "3.11").release
    assert release
    assert release.version == "2.17.1"
    never = replace(SLIM, install=("tensorflow>=2.20", "numpy<1.25"))
    [found] = judge_requests(subject(never, "", "3.11"))
    assert found.cause == "dependency-conflict"
