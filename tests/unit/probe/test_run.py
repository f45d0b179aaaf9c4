from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace

from engine.fake import LIBRARIES, FakeEngine, Script
from engine.fake import image as some_image
from probe.conftest import line
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.errors import EngineError
from tf_docker_check.model.config import Checks, Gpu, RunOptions
from tf_docker_check.model.observation import Check, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.probe.listen import MARGIN
from tf_docker_check.probe.run import run_ladder

IMAGE = some_image("app:1")
QUICK = Checks(profile="quick")


def settings(request: RunRequest) -> dict[str, object]:
    """What the script on standard input was told."""
    first = ast.parse(request.stdin).body[0]
    assert isinstance(first, ast.Assign)
    return json.loads(ast.literal_eval(first.value))


def replay(*frames: tuple[str, dict[str, object]], code: int = 0) -> Callable[[RunRequest], Script]:
    """A container that knows the nonce and says *frames*, with chatter between them."""

    def play(request: RunRequest) -> Script:
        nonce = str(settings(request)["nonce"])
        lines = [b"chatter\n" + line(kind, nonce=nonce, **fields) for kind, fields in frames]
        return Script(b"".join(lines), code=code)

    return play


def both(rung: str, status: str = "passed") -> list[tuple[str, dict[str, object]]]:
    return [("start", {"rung": rung}), ("end", {"rung": rung, "status": status})]


def run_checks(
    on_run: Callable[[RunRequest], Script],
    checks: Checks = QUICK,
    *,
    programs: tuple[str, ...] = ("/usr/bin/python3", "/bin/sh"),
    asked: str = "",
    on_check: Callable[[Check], None] | None = None,
) -> tuple[ProbeRun, FakeEngine]:
    engine = FakeEngine(images={IMAGE.reference: IMAGE}, programs={IMAGE.id: programs}, on_run=on_run)
    run = run_ladder(
        engine,
        IMAGE,
        asked_tensorflow=asked,
        checks=checks,
        gpu=Gpu.OFF,
        timeout=60,
        labels={"run": "1"},
        on_check=on_check,
    )
    return run, engine


def test_the_script_goes_in_by_standard_input_under_the_users_run_options() -> None:
    options = RunOptions(shm_size="1g", memory="2g", read_only=True, user="7", environment=(("A", "b"),))
    _, engine = run_checks(replay(), replace(QUICK, run_options=options))
    (request,) = engine.ran
    assert (request.entrypoint, request.command) == (("/usr/bin/python3",), ("-",))
    assert (request.shm_size, request.memory, request.read_only, request.user) == ("1g", "2g", True, "7")
    assert (request.environment, request.network, request.labels) == ({"A": "b"}, "none", {"run": "1"})
    assert request.timeout == 60 + MARGIN
    assert settings(request)["seconds"] == 60


def test_each_run_has_a_nonce_of_its_own() -> None:
    nonces = {settings(run_checks(replay())[1].ran[0])["nonce"] for _ in range(3)}
    assert len(nonces) == 3


def test_checks_come_in_the_ladders_order_with_facts_and_output() -> None:
    version = ("fact", {"name": "tensorflow.version", "value": "2.21.0"})
    loaded = ("fact", {"name": "tensorflow.loaded", "value": list(LIBRARIES.items())})
    start, end = both("import")
    imported = [start, version, loaded, end]
    frames = [*both("interpreter"), *both("environment"), *imported, *both("devices"), *both("matmul")]
    told: list[Check] = []
    run, _ = run_checks(replay(*frames), on_check=told.append)
    assert [check.name for check in run.checks][:6] == [
        "interpreter",
        "environment",
        "gpu-exposed",
        "import",
        "devices",
        "matmul",
    ]
    assert {check.status for check in run.checks} == {Status.PASSED, Status.SKIPPED}
    assert all(check.reason for check in run.checks if check.status is Status.SKIPPED)
    assert sorted(map(repr, told)) == sorted(map(repr, run.checks))
    assert run.facts["tensorflow.version"] == "2.21.0"
    assert run.facts["evidence.libraries"] == LIBRARIES


def test_a_forger_who_knows_the_nonce_names_files_that_are_not_there() -> None:
    frames = [*both("interpreter"), *both("environment"), *both("import"), *both("devices"), *both("matmul")]
    run, _ = run_checks(replay(*frames))
    (failed,) = (check for check in run.checks if check.status is Status.FAILED)
    assert failed.name == "evidence"
    assert "no compiled library of TensorFlow" in failed.reason
    assert run.output == "chatter\n" * len(frames)


def test_another_tensorflow_than_asked_for_is_told_as_a_failure_at_once() -> None:
    start, end = both("import")
    fact = ("fact", {"name": "tensorflow.version", "value": "2.20.0"})
    told: list[Check] = []
    frames = [*both("interpreter"), *both("environment"), start, fact, end]
    run_checks(replay(*frames), asked="2.21.0", on_check=told.append)
    (check,) = [check for check in told if check.name == "import"]
    assert (check.status, check.reason) == (Status.FAILED, "asked for TensorFlow 2.21.0, imported 2.20.0")


def test_being_late_by_the_containers_own_clock_is_a_time_out() -> None:
    ended = ("ended", {"stage": "python", "code": 0, "signal": 9, "late": True, "oom": False})
    run, _ = run_checks(replay(both("interpreter")[0], ended, code=124))
    assert run.exit.timed_out
    assert run.checks[0].reason.startswith("timed out")


def test_without_python_nothing_runs_but_the_users_commands() -> None:
    run, engine = run_checks(
        lambda request: Script(), replace(QUICK, commands=("true",)), programs=("/bin/sh",)
    )
    assert [request.command for request in engine.ran] == [("-c", "true")]
    assert run.checks[0].status is Status.FAILED
    assert run.checks[0].name == "interpreter"
    assert run.checks[-1].name == "command: true"
    assert {check.status for check in run.checks[1:-1]} == {Status.SKIPPED}


def test_a_container_that_does_not_start_leaves_the_reason() -> None:
    run, _ = run_checks(lambda request: Script(refusal="could not select device driver"))
    assert run.checks[0].status is Status.ERRORED
    assert "device driver" in run.output


def test_what_passed_before_the_engine_failed_is_kept() -> None:
    begun = [*both("interpreter"), *both("environment"), ("start", {"rung": "import"})]

    def fail(request: RunRequest) -> Script:
        assert request.on_output
        request.on_output(replay(*begun)(request).output)
        return Script(error=EngineError("cannot run it", why="the engine stopped answering"))

    run, engine = run_checks(fail, replace(QUICK, commands=("true",)))
    states = {check.name: check.status for check in run.checks if check.status is not Status.SKIPPED}
    assert states == {
        "interpreter": Status.PASSED,
        "environment": Status.PASSED,
        "import": Status.ERRORED,
    }
    assert len(engine.ran) == 1
    assert "stopped answering" in next(check for check in run.checks if check.name == "import").reason
    assert run.checks[-1] == Check("command: true", Status.SKIPPED, "the engine failed before it")
