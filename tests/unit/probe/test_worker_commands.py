"""The user's own command is two workers of one job."""

from __future__ import annotations

import json
import time

import pytest

from engine.fake import FakeEngine, Script
from engine.fake import image as some_image
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.errors import EngineError
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe import worker_commands
from tf_docker_check.probe.worker_commands import name_worker_commands, run_worker_commands

IMAGE = some_image("app:1")
BASE = RunRequest(IMAGE.id, (), environment={"A": "b"}, gpu=Gpu.REQUIRE)
ON_BRIDGE = name_worker_commands(["python train.py"], ["distributed-host"])


def index_of(request: RunRequest) -> int:
    return int(json.loads(request.environment["TF_CONFIG"])["task"]["index"])


def checked(
    engine: FakeEngine, commands: dict[str, tuple[str, str]] = ON_BRIDGE, seconds: float = 60
) -> list[Check]:
    return list(run_worker_commands(engine, BASE, IMAGE, commands, time.monotonic() + seconds))


def engine_with(on_run, programs: tuple[str, ...] = ("/bin/sh",)) -> FakeEngine:  # type: ignore[no-untyped-def]
    return FakeEngine(images={IMAGE.reference: IMAGE}, programs={IMAGE.id: programs}, on_run=on_run)


def test_each_command_runs_on_both_networks_unless_one_is_disabled() -> None:
    assert list(name_worker_commands(["a", "a"])) == ["workers on bridge: a", "workers on host: a"]
    assert ON_BRIDGE == {"workers on bridge: python train.py": ("bridge", "python train.py")}


def test_both_workers_get_the_same_cluster_and_their_own_index() -> None:
    engine = engine_with(lambda _: Script(output=b"loss: 0.1\n"))
    checks = checked(engine, name_worker_commands(["python train.py"]))
    assert [check.status for check in checks] == [Status.PASSED] * 2
    bridge = [one for one in engine.ran if one.network != "host"]
    assert sorted(map(index_of, bridge)) == [0, 1]
    clusters = {tuple(json.loads(one.environment["TF_CONFIG"])["cluster"]["worker"]) for one in bridge}
    assert clusters == {("worker-0:2222", "worker-1:2222")}
    assert {one.command for one in engine.ran} == {("-c", "python train.py")}
    assert {(one.gpu, one.environment["A"]) for one in engine.ran} == {(Gpu.OFF, "b")}
    assert engine.networks == {}


def test_the_worker_that_fails_first_is_the_reason_and_the_other_one_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_commands, "GRACE", 0.0)

    def one_fails(request: RunRequest) -> Script:
        if index_of(request) == 1:
            return Script(output=b"ValueError: PerReplica\n", code=1)
        assert request.stop
        assert request.stop.wait(30)
        return Script(code=137, seconds=9999)

    [check] = checked(engine_with(one_fails))
    assert (check.status, check.reason) == (Status.FAILED, "worker 1: ended with exit code 1")
    assert check.text.startswith("ValueError: PerReplica")


def test_workers_that_wait_for_each_other_are_stopped_and_said_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_commands, "QUIET", 0.0)

    def waits(request: RunRequest) -> Script:
        assert request.on_output
        assert request.stop
        request.on_output(b"Started server with target: grpc://worker-0:2222\n")
        assert request.stop.wait(30)
        return Script(code=137, seconds=9999)

    [check] = checked(engine_with(waits))
    assert check.status is Status.FAILED
    assert check.facts == {"workers.waiting": True}
    assert "wait for each other" in check.reason


def test_without_sh_time_or_an_engine_nothing_is_claimed() -> None:
    def broken(_: RunRequest) -> Script:
        raise EngineError("the engine died")

    [check] = checked(engine_with(lambda _: Script(), programs=()))
    assert (check.status, check.reason) == (Status.FAILED, "the image has no sh to run it with")
    [check] = checked(engine_with(lambda _: Script()), seconds=1)
    assert check.status is Status.ERRORED
    [check] = checked(engine_with(broken))
    assert (check.status, check.reason) == (Status.ERRORED, "the engine died")
