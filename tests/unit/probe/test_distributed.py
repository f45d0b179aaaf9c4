"""Two containers are started as one cluster, and nothing is left of it."""

from __future__ import annotations

import json
import time

from engine.fake import FakeEngine, Script
from engine.fake import image as some_image
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.errors import EngineError
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.distributed import SECONDS, WHO, run_distributed_checks
from tf_docker_check.probe.listen import MARGIN

IMAGE, PEER = some_image("app:1"), some_image("app:2")
BASE = RunRequest(IMAGE.id, (), environment={"A": "b"}, labels={"run": "1"}, gpu=Gpu.REQUIRE)
BOTH = ("distributed-bridge", "distributed-host")


def silent(request: RunRequest) -> Script:
    return Script(code=1)


def engine_with(on_run=silent) -> FakeEngine:  # type: ignore[no-untyped-def]
    images = {each.reference: each for each in (IMAGE, PEER)}
    return FakeEngine(images=images, programs={IMAGE.id: ("/usr/bin/python3",)}, on_run=on_run)


def checked(engine: FakeEngine, names: tuple[str, ...] = BOTH, seconds: float = 600) -> list[Check]:
    return list(run_distributed_checks(engine, BASE, PEER, names, time.monotonic() + seconds))


def told(request: RunRequest) -> tuple[list[str], int]:
    who = json.loads(request.environment[WHO])
    return who["cluster"], who["index"]


def test_each_worker_knows_the_cluster_and_its_place_in_it() -> None:
    engine = engine_with()
    checked(engine)
    bridge = sorted((each for each in engine.ran if each.network != "host"), key=lambda each: each.alias)
    host = sorted((each for each in engine.ran if each.network == "host"), key=lambda each: told(each)[1])
    cluster = ["worker-0:2222", "worker-1:2222"]
    assert [(each.alias, told(each)) for each in bridge] == [
        ("worker-0", (cluster, 0)),
        ("worker-1", (cluster, 1)),
    ]
    assert len({each.network for each in bridge}) == 1
    assert len(set(told(host[0])[0])) == 2
    assert [each.image for each in host] == [each.image for each in bridge] == [IMAGE.id, PEER.id]
    assert {each.environment["A"] for each in engine.ran} == {"b"}
    assert {each.gpu for each in engine.ran} == {Gpu.OFF}
    assert all(each.timeout == SECONDS + MARGIN for each in engine.ran)


def test_nothing_is_evidence_of_nothing_and_no_network_stays() -> None:
    engine = engine_with()
    assert {check.status for check in checked(engine)} == {Status.FAILED}
    assert engine.networks == {}


def test_an_engine_that_fails_in_between_costs_only_this_check_and_keeps_no_network() -> None:
    def broken(request: RunRequest) -> Script:
        raise EngineError("the engine died")

    engine = engine_with(broken)
    assert [(check.status, check.reason) for check in checked(engine)] == [
        (Status.ERRORED, "the engine died")
    ] * 2
    assert engine.networks == {}


def test_without_time_nothing_is_begun_and_nobody_is_blamed() -> None:
    engine = engine_with()
    assert [check.status for check in checked(engine, seconds=1)] == [Status.ERRORED] * 2
    assert not engine.ran


def test_without_a_name_nothing_is_asked_of_the_engine() -> None:
    assert checked(FakeEngine(), ()) == []
