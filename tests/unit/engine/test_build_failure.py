from __future__ import annotations

import pytest

from tf_docker_check.engine.build_failure import failed_build, late_build
from tf_docker_check.engine.steps import LOG_LIMIT, Steps, exit_code
from tf_docker_check.errors import EngineError, RegistryError, UsageError


def broken(name: str, error: str, log: str = "", last: str = "") -> Steps:
    steps = Steps()
    steps.step("1", "[internal] load build definition from Dockerfile")
    step = steps.step("2", name)
    step.error = error
    steps.active(step).print(log)
    steps.say(last or f"ERROR: failed to solve: {error}\n")
    return steps


def test_a_failing_run_is_a_value() -> None:
    built = failed_build(broken("[2/2] RUN x", "executor failed running [x]: exit code: 7", "before\n"), 1.5)
    assert (built.image, built.exit_code, built.log, built.seconds) == (None, 7, "before\n", 1.5)


def test_of_parallel_steps_the_one_at_fault_is_named_not_the_cancelled() -> None:
    steps = broken("[a 2/2] RUN x", "exit code: 137: context canceled", last="\n")
    fault = steps.step("3", "[b 2/2] RUN y")
    fault.error = "exit code: 3"
    steps.say("b.dockerfile:7\n-----\n-----\nERROR: failed to solve: exit code: 3\n")
    built = failed_build(steps, 1.0)
    assert built.exit_code == 3
    assert [step.error for step in built.steps] == ["", "", "exit code: 3"]
    assert [step.line for step in built.steps] == [0, 0, 7]


@pytest.mark.parametrize(
    "name",
    [
        "[internal] load metadata for hub/x:1",
        "resolve image config for hub/x:1",
        "[stage 1/3] FROM hub/x:1",
    ],
)
def test_a_registry_that_keeps_an_image_from_us_is_not_the_images_fault(name: str) -> None:
    with pytest.raises(RegistryError, match="hub/x:1"):
        failed_build(broken(name, "failed to do request: dial tcp: lookup hub: no such host"), 1.0)


def test_a_from_that_does_not_exist_is_the_images_fault() -> None:
    built = failed_build(broken("[internal] load metadata for hub/x:1", "hub/x:1: not found"), 1.0)
    assert (built.image, built.error, built.exit_code) == (None, "hub/x:1: not found", None)


def test_a_run_that_cannot_reach_a_network_stays_a_failing_run() -> None:
    error = "executor failed running [curl]: exit code: 6"
    assert failed_build(broken("[2/2] RUN curl dial tcp", error), 1.0).exit_code == 6


def test_a_context_that_cannot_be_read_is_the_users_mistake() -> None:
    steps = broken("[internal] load build context", "error from sender: open private: permission denied")
    with pytest.raises(UsageError, match="context cannot be read") as caught:
        failed_build(steps, 1.0)
    assert "open private" in caught.value.why


def test_a_full_disk_is_the_engines() -> None:
    with pytest.raises(EngineError, match="disk is full"):
        failed_build(broken("exporting to image", "write /var/lib/x: no space left on device"), 1.0)


def test_a_build_that_never_began_is_the_builders() -> None:
    steps = Steps()
    steps.say("ERROR: Cache export is not supported for the docker driver.\n")
    with pytest.raises(EngineError) as caught:
        failed_build(steps, 0.1)
    assert "not supported" in caught.value.why


def test_a_late_build_shows_what_was_under_way() -> None:
    steps = broken("[2/2] RUN sleep 99", "", "waiting\n", last="\n")
    steps.step("9", "[1/2] FROM x")  # listed after what came after it
    built = late_build(steps, 3.0, 3.0)
    steps.step("2").error = "exit code: 137: context canceled"
    assert built.timed_out
    assert built.log == "waiting\n"
    assert [step.error for step in built.steps] == ["", "stopped after 3 s", ""]
    assert "RUN sleep 99" in built.error


def test_a_flood_in_a_step_is_bounded() -> None:
    steps = broken("[2/2] RUN yes", "exit code: 1")
    for _ in range(40):
        steps.step("2").print("y\n" * 10_000)
    assert len(failed_build(steps, 1.0).log) <= LOG_LIMIT
    assert len(steps.step("2").log) <= 3 * LOG_LIMIT


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("The command '/bin/sh -c exit 7' returned a non-zero code: 7", 7),
        ('building at STEP "RUN exit 9": while running runtime: exit status 9', 9),
        ('process "/bin/sh -c echo exit code: 4; false" did not complete successfully: exit code: 1', 1),
        ("not found", None),
    ],
)
def test_every_builders_exit_code_is_read(error: str, code: int | None) -> None:
    assert exit_code(error) == code
