from __future__ import annotations

import time
from collections.abc import Callable

from engine.fake import FakeEngine, Script
from engine.fake import image as some_image
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.commands import name_commands, run_commands

IMAGE = some_image("app:1")


def run(
    *commands: str,
    on_run: Callable[[RunRequest], Script] = lambda request: Script(),
    seconds: float = 60,
    programs: tuple[str, ...] = ("/bin/sh",),
) -> tuple[list[Check], FakeEngine]:
    engine = FakeEngine(images={IMAGE.reference: IMAGE}, programs={IMAGE.id: programs}, on_run=on_run)
    base = RunRequest(image=IMAGE.id, command=(), labels={"run": "1"}, network="none")
    return list(run_commands(engine, base, commands, time.monotonic() + seconds)), engine


def test_each_command_gets_a_container_and_a_shell() -> None:
    checks, engine = run("pytest -q && echo $HOME", "true", "true")
    assert [check.name for check in checks] == ["command: pytest -q && echo $HOME", "command: true"]
    assert [check.status for check in checks] == [Status.PASSED] * 2
    first = engine.ran[0]
    assert (first.entrypoint, first.command) == (("/bin/sh",), ("-c", "pytest -q && echo $HOME"))
    assert (first.network, first.labels) == ("none", {"run": "1"})


def test_commands_that_begin_alike_do_not_hide_each_other() -> None:
    long = "python -m pytest " + "x" * 100
    checks, engine = run(
        f"{long} one", f"{long} two", on_run=lambda request: Script(code="one" in request.command[1])
    )
    assert [check.status for check in checks] == [Status.FAILED, Status.PASSED]
    assert len({check.name for check in checks}) == len(engine.ran) == 2
    assert list(name_commands([f"{long} one", f"{long} two"]).values()) == [f"{long} one", f"{long} two"]


def test_a_failing_command_shows_how_it_ended_and_what_it_printed() -> None:
    (check,), _ = run("make", on_run=lambda request: Script(b"one\n\x1b[31mtwo\x1b[0m\n", code=2))
    assert (check.status, check.reason, check.text) == (Status.FAILED, "ended with exit code 2", "one\ntwo")


def test_a_command_that_hangs_is_stopped() -> None:
    (check,), _ = run("sleep inf", on_run=lambda request: Script(b"working\n", seconds=1e6), seconds=30)
    assert check.status is Status.FAILED
    assert check.reason == "timed out after 30 s"
    assert check.text == "working"


def test_no_shell_no_time_no_container() -> None:
    assert run("true", programs=())[0][0].reason == "the image has no sh to run it with"
    assert "time limit" in run("true", seconds=0)[0][0].reason
    (check,), _ = run("true", on_run=lambda request: Script(refusal="no network"))
    assert (check.status, check.reason) == (Status.ERRORED, "no network")


def test_no_commands_ask_nothing_of_the_engine() -> None:
    assert run()[0] == []
