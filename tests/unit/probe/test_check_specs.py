from __future__ import annotations

from collections.abc import Mapping

import pytest

from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.check_specs import LADDER, select_checks
from tf_docker_check.probe.snippets import snippet


def names(checks: Checks, gpu: Gpu = Gpu.OFF) -> list[str]:
    return [rung.name for rung in select_checks(checks, gpu)[0]]


def test_the_profiles_grow() -> None:
    quick, standard, full = (names(Checks(profile=name)) for name in ("quick", "standard", "full"))
    assert quick == ["interpreter", "environment", "import", "devices", "matmul"]
    assert standard == [*quick, "conv", "xla", "gradient", "data", "savedmodel", "keras", "libraries"]
    assert full == [*standard[:-1], "fit", "libraries", "distributed-bridge", "distributed-host"]


def test_a_check_beyond_the_profile_can_be_asked_for() -> None:
    assert names(Checks(profile="quick", enable=("fit",)))[-1] == "fit"
    assert "fit" not in names(Checks(enable=("fit",), disable=("fit",)))


@pytest.mark.parametrize(
    ("gpu", "rungs"),
    [
        (Gpu.OFF, set()),
        (Gpu.STATIC, {"gpu-static"}),
        (Gpu.REQUIRE, {"gpu-exposed", "gpu-matmul", "gpu-conv", "gpu-xla", "gpu-static"}),
    ],
)
def test_gpu_rungs_follow_the_promise(gpu: Gpu, rungs: set[str]) -> None:
    assert {name for name in names(Checks(), gpu) if name.startswith("gpu-")} == rungs


def test_what_is_not_climbed_is_skipped_with_a_reason() -> None:
    climbed, skipped = select_checks(Checks(profile="quick", disable=("matmul", "conv")), Gpu.STATIC)
    reasons = {check.name: check.reason for check in skipped}
    assert {rung.name for rung in climbed} | set(reasons) == {rung.name for rung in LADDER}
    assert reasons["matmul"] == "disabled in the configuration"
    assert reasons["xla"] == "not in the profile quick"
    assert reasons["gpu-matmul"] == "the GPU policy is static"


def test_nothing_of_tensorflow_runs_when_import_is_disabled() -> None:
    assert names(Checks(disable=("import",))) == ["interpreter", "environment", "libraries"]


def test_a_promised_gpu_cannot_be_disabled_away() -> None:
    kept = names(Checks(disable=tuple(rung.name for rung in LADDER)), Gpu.REQUIRE)
    assert kept == ["interpreter", "gpu-exposed", "gpu-matmul"]


FACTS = {
    "environment": {"tensorflow.distributions": {"tensorflow-cpu": "2.20.0"}},
    "import": {"tensorflow.version": "2.20.0"},
    "libraries": {"libraries.broken": {"cv2": "ImportError"}},
    "gpu-static": {"gpu.library.libcudnn.so.9": {"path": "/cuda/libcudnn.so.9"}, "wanted.cudnn_minor": "9.3"},
}
"""What the checks whose line depends on the image have seen there."""
ALONE = [rung.name for rung in LADDER if not rung.apart]


@pytest.mark.parametrize("name", ALONE)
def test_each_check_of_one_container_has_a_line_to_paste(name: str) -> None:
    line = snippet(failed(name, FACTS.get(name, {})), "2.21.0")
    compile(line, "<snippet>", "exec")
    assert line
    assert "'" not in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["environment", "import"])
def test_the_line_of_a_wrong_version_compares_with_the_one_asked_for(name: str) -> None:
    assert 'v == "2.21.0"' in snippet(failed(name, FACTS[name]), "2.21.0")


@pytest.mark.parametrize("name", ["environment", "libraries"])
def test_a_name_that_is_none_is_not_pasted(name: str) -> None:
    (fact,) = FACTS[name]
    assert snippet(failed(name, {fact: {"cv2; import evil": ""}}), "2.21.0") == ""


@pytest.mark.parametrize("name", ["command: make test", "evidence", "distributed-bridge"])
def test_what_one_line_cannot_show_has_none(name: str) -> None:
    assert snippet(failed(name, {}), "2.21.0") == ""


def failed(name: str, facts: Mapping[str, object]) -> Check:
    return Check(name, Status.FAILED, facts=facts)
