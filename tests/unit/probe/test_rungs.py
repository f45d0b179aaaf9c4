from __future__ import annotations

import pytest

from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.probe.rungs import LADDER, to_climb
from tf_docker_check.probe.snippets import snippet


def names(checks: Checks, gpu: Gpu = Gpu.OFF) -> list[str]:
    return [rung.name for rung in to_climb(checks, gpu)[0]]


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
    climbed, skipped = to_climb(Checks(profile="quick", disable=("matmul", "conv")), Gpu.STATIC)
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


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_each_rung_has_a_line_to_paste(rung: object) -> None:
    line = snippet(rung.name)  # type: ignore[attr-defined]
    compile(line, "<snippet>", "exec")
    assert line
    assert "'" not in line
    assert "\n" not in line


def test_a_command_of_the_users_has_no_such_line() -> None:
    assert snippet("command: make test") == ""
