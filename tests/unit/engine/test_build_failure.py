from __future__ import annotations

import pytest

from tf_docker_check.engine.build_failure import failed_build_result, timed_out_build_result
from tf_docker_check.engine.steps import LOG_LIMIT, Steps, exit_code
from tf_docker_check.errors import EngineError, RegistryError, UsageError

RAN = 'process "/bin/sh -c x" did not complete successfully: exit code: {}'


def broken(name: str, error: str, log: str = "", last: str = "") -> Steps:
    steps = Steps()
    steps.step("1", "[internal] load build definition from Dockerfile")
    step = steps.step("2", name)
    step.error = error
    steps.active(step).print(log)
    steps.add_text(last or f"ERROR: failed to solve: {error}\n")
    return steps


def test_a_failing_run_is_a_value() -> None:
    built = failed_build_result(
        broken("[2/2] RUN x", "executor failed running [x]: exit code: 7", "before\n"), 1.5
    )
    assert (built.image, built.exit_code, built.log, built.seconds) == (None, 7, "before\n", 1.5)


def test_of_parallel_steps_the_one_at_fault_is_named_not_the_cancelled() -> None:
    steps = broken("[a 2/2] RUN x", "exit code: 137: context canceled", last="\n")
    fault = steps.step("3", "[b 2/2] RUN y")
    fault.error = RAN.format(3)
    steps.add_text("b.dockerfile:7\n-----\n-----\nERROR: failed to solve: " + RAN.format(3))
    built = failed_build_result(steps, 1.0)
    assert built.exit_code == 3
    assert [step.error for step in built.steps] == ["", "", RAN.format(3)]
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
        failed_build_result(broken(name, "failed to do request: dial tcp: lookup hub: no such host"), 1.0)


def test_a_from_that_does_not_exist_is_the_images_fault() -> None:
    built = failed_build_result(broken("[internal] load metadata for hub/x:1", "hub/x:1: not found"), 1.0)
    assert (built.image, built.error, built.exit_code) == (None, "hub/x:1: not found", None)


def test_a_run_that_cannot_reach_a_network_stays_a_failing_run() -> None:
    error = "executor failed running [curl]: exit code: 6"
    assert failed_build_result(broken("[2/2] RUN curl dial tcp", error), 1.0).exit_code == 6


def test_a_context_that_cannot_be_read_is_the_users_mistake() -> None:
    steps = broken("[internal] load build context", "error from sender: open private: permission denied")
    with pytest.raises(UsageError, match="context cannot be read") as caught:
        failed_build_result(steps, 1.0)
    assert "open private" in caught.value.why


def test_a_full_disk_is_the_engines() -> None:
    with pytest.raises(EngineError, match="disk is full"):
        failed_build_result(broken("exporting to image", "write /var/lib/x: no space left on device"), 1.0)


def test_a_build_that_never_began_is_the_builders() -> None:
    steps = Steps()
    steps.add_text("ERROR: Cache export is not supported for the docker driver.\n")
    with pytest.raises(EngineError) as caught:
        failed_build_result(steps, 0.1)
    assert "not supported" in caught.value.why


def test_a_late_build_shows_what_was_under_way() -> None:
    steps = broken("[2/2] RUN sleep 99", "", "waiting\n", last="\n")
    steps.step("9", "[1/2] FROM x")  # listed after what came after it
    built = timed_out_build_result(steps, 3.0, 3.0)
    steps.step("2").error = "exit code: 137: context canceled"
    assert built.timed_out
    assert built.log == "waiting\n"
    assert [step.error for step in built.steps] == ["", "stopped after 3 s", ""]
    assert "RUN sleep 99" in built.error


def test_a_flood_in_a_step_is_bounded() -> None:
    steps = broken("[2/2] RUN yes", "exit code: 1")
    for _ in range(40):
        steps.step("2").print("y\n" * 10_000)
    assert len(failed_build_result(steps, 1.0).log) <= LOG_LIMIT
    assert len(steps.step("2").log) <= 3 * LOG_LIMIT


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("The command '/bin/sh -c exit 7' returned a non-zero code: 7", 7),
        ("executor failed running [sh -c false\n{}\nexit 7]: exit code: 7", 7),
        ("executor failed running [/bin/sh -c echo exit code: 4]: failed to create endpoint x", None),
        ("failed to fetch: git exit status: exit code: 128", None),
        ('building at STEP "RUN exit 9": while running runtime: exit status 9', 9),
        ('process "/bin/sh -c echo exit code: 4; false" did not complete successfully: exit code: 1', 1),
        ("not found", None),
    ],
)
def test_every_builders_exit_code_is_read(error: str, code: int | None) -> None:
    assert exit_code(error) == code


ENDPOINT = "failed to create endpoint a on network bridge: could not find bridge docker0: no such network"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("[2/2] RUN x", f"executor failed running [/bin/sh -c x]: {ENDPOINT}"),
        ("[2/2] RUN exit 7", "executor failed running [/bin/sh -c exit 7]: network bridge not found"),
        ("[2/2] RUN x", "executor failed running [/bin/sh -c x]: exit code: 137"),
        ("[2/2] RUN x", 'process "/bin/sh -c x" did not complete successfully: cannot allocate memory'),
        ("exporting to image", "failed to export: mkdir /var/lib/x: input/output error"),
        ("[2/2] COPY a /b", "lstat /var/lib/docker/overlay2/x/merged: no such file or directory"),
        ("[internal] load build definition from Dockerfile", "failed to read dockerfile: no such file"),
    ],
)
def test_a_step_that_did_not_end_by_itself_is_not_judged(name: str, error: str) -> None:
    assert failed_build_result(broken(name, error), 1.0).errored


@pytest.mark.parametrize("words", [ENDPOINT, "Killed", "network bridge not found", "exit code: 137"])
def test_a_step_that_prints_the_engines_words_and_ends_by_itself_has_failed(words: str) -> None:
    error = f"executor failed running [/bin/sh -c echo {words}; exit 7]: exit code: 7"
    built = failed_build_result(broken(f"[2/2] RUN echo {words}; exit 7", error, words), 1.0)
    assert (built.errored, built.exit_code) == (False, 7)


RUNC = "runc run failed: unable to start container process: error during container init: "
HOOK = f"{RUNC}error running hook #0: fork/exec /usr/bin/hook: no such file or directory\n"
OLD_RUNC = "container_linux.go:380: starting container process caused: process_linux.go:545: container init\n"


@pytest.mark.parametrize(
    ("command", "code", "log", "errored"),
    [
        ("x", 1, HOOK, True),
        ("x", 1, OLD_RUNC, True),
        ("x", 1, f'{RUNC}exec: "/bin/sh": stat /bin/sh: no such file or directory', False),
        ("x", 1, f'{RUNC}chdir to cwd ("/w") set in config.json failed: permission denied', False),
        ("x", 7, HOOK, False),
        ("x", 1, f"installing\n{HOOK}", False),
        ("x", 1, f"{HOOK}that was runc", False),
        (f"echo '{HOOK.strip()}'; exit 1", 1, HOOK, False),
    ],
)
def test_a_runtime_that_fails_is_not_the_steps_own_exit(
    command: str, code: int, log: str, errored: bool
) -> None:
    error = f'process "/bin/sh -c {command}" did not complete successfully: exit code: {code}'
    built = failed_build_result(broken(f"[2/2] RUN {command}", error, log), 1.0)
    assert (built.errored, built.exit_code) == (errored, None if errored else code)
    assert ("could not start" in built.error) == errored


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("[2/2] COPY nothing /x", '"/nothing" not found: not found'),
        ("[2/2] COPY ./a/nothing /x", 'failed to calculate checksum of ref x: "/a/nothing": not found'),
        ("[a 2/2] COPY --from=0 /nothing /x", "lstat /d/merged/nothing: no such file or directory"),
        ("[2/2] RUN --mount=type=bind,source=nope,target=/x true", '"/nope" not found: not found'),
        ("[2/3] WORKDIR /etc/passwd", "mkdir /var/lib/docker/o/merged/etc/passwd: not a directory"),
        ("[2/2] RUN true", "executor failed running [sh]: unable to find user x: no matching entries"),
        ("[2/2] COPY a /x", "COPY failed: file not found in build context: stat a: file does not exist"),
    ],
)
def test_what_the_instruction_itself_names_is_the_dockerfiles(name: str, error: str) -> None:
    assert not failed_build_result(broken(name, error), 1.0).errored


@pytest.mark.parametrize(
    ("last", "errored"),
    [
        ("failed to create LLB definition: target stage nope could not be found", False),
        ("failed to create LLB definition: rpc error: code = Unavailable desc = EOF", True),
        ("writing image ID file: open /tmp/x/iid: no such file or directory", True),
        ("failed to solve: Unavailable: error reading from server: EOF", True),
    ],
)
def test_an_error_of_no_step(last: str, errored: bool) -> None:
    assert failed_build_result(broken("[2/2] RUN x", "", last=f"ERROR: {last}\n"), 1.0).errored is errored


def test_an_image_whose_content_is_missing_is_the_registrys() -> None:
    steps = broken("[1/2] FROM hub/x:1", "hub/x:1: not found")
    assert not failed_build_result(steps, 1.0).errored  # the classic builder, which only has this step
    steps.step("3", "[internal] load metadata for hub/x:1")
    with pytest.raises(RegistryError, match="not all of its layers"):
        failed_build_result(steps, 1.0)


def test_an_image_of_the_syntax_line_that_a_mirror_lacks_is_not_judged() -> None:
    with pytest.raises(RegistryError, match="# syntax"):
        failed_build_result(
            broken("resolve image config for hub/dockerfile:1", "hub/dockerfile:1: not found"), 1.0
        )


def test_a_registry_that_is_silent_to_the_end_is_not_the_dockerfiles() -> None:
    with pytest.raises(RegistryError, match="hub/x:1"):
        timed_out_build_result(broken("[internal] load metadata for hub/x:1", ""), 3.0, 3.0)
    assert timed_out_build_result(broken("exporting to image", ""), 3.0, 3.0).errored


def test_a_build_that_hangs_on_a_full_disk_is_not_judged() -> None:
    hung = broken("[2/2] RUN sleep 99", "")
    with pytest.raises(EngineError, match="disk is full"):
        timed_out_build_result(hung, 3.0, 3.0, free=4096)
    assert not timed_out_build_result(hung, 3.0, 3.0, free=10**9).errored
