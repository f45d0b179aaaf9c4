from __future__ import annotations

import pytest

from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.judge import judge_check, matches_requested


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        ("2.21.0", "2.21.0"),
        ("2.21.0", ""),
        ("2.21.0", "latest"),
        ("2.15.0", "2.15.0.post1"),
        ("2.15.0.post1", "2.15.0"),
        ("2.17.0+nv25.2", "2.17.0"),
        ("2.22.0-rc0", "2.22.0rc0"),
        ("2.22.0-dev20260905", "nightly"),
        ("2.22.0-dev20260905", "2.22.0.dev20260905"),
        ("2.10.0", "2.10"),
        ("unknown", "2.21.0"),
    ],
)
def test_the_version_that_was_asked_for(found: str, asked: str) -> None:
    assert matches_requested(found, asked)


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        ("2.20.0", "2.21.0"),
        ("2.21.1", "2.21.0"),
        ("2.21.0", "2.2"),
        ("2.21.0-rc1", "2.21.0"),
        ("2.21.0", "nightly"),
        ("2.1.0", "2.10"),
    ],
)
def test_another_version(found: str, asked: str) -> None:
    assert not matches_requested(found, asked)


def environment(**distributions: str) -> Check:
    return Check("environment", Status.PASSED, facts={"tensorflow.distributions": distributions})


IMPORT = Check("import", Status.PASSED, facts={"tensorflow.version": "2.20.0"})


def test_another_distribution_fails_the_environment_once() -> None:
    check = judge_check(environment(tensorflow="2.20.0"), "2.21.0", {})
    assert check.status is Status.FAILED
    assert check.reason == "asked for TensorFlow 2.21.0, found tensorflow 2.20.0"
    assert judge_check(IMPORT, "2.21.0", {"environment": check}).status is Status.PASSED


def test_of_two_distributions_one_may_be_right_and_import_decides() -> None:
    both = judge_check(environment(**{"tensorflow": "2.20.0", "tensorflow-cpu": "2.21.0"}), "2.21.0", {})
    assert both.status is Status.PASSED
    imported = judge_check(IMPORT, "2.21.0", {"environment": both})
    assert (imported.status, imported.reason) == (
        Status.FAILED,
        "asked for TensorFlow 2.21.0, imported 2.20.0",
    )


def test_no_metadata_is_no_evidence() -> None:
    assert judge_check(environment(), "2.21.0", {}).status is Status.PASSED
    assert judge_check(Check("environment", Status.PASSED), "2.21.0", {}).status is Status.PASSED


def test_a_failure_keeps_its_own_reason() -> None:
    failed = Check("import", Status.FAILED, "ImportError", facts={"tensorflow.version": "2.20.0"})
    assert judge_check(failed, "2.21.0", {}) is failed


def test_a_gpu_that_computes_outranks_the_static_verdict() -> None:
    verdict = Check("gpu-static", Status.FAILED, "not ready: the image has no libcudnn.so.9")
    works = {"gpu-matmul": Check("gpu-matmul", Status.PASSED)}
    assert judge_check(verdict, "", {}) is verdict
    assert judge_check(verdict, "", {"gpu-matmul": Check("gpu-matmul", Status.FAILED)}) is verdict
    moot = judge_check(verdict, "", works)
    assert moot.status is Status.SKIPPED
    assert "libcudnn" in moot.reason
