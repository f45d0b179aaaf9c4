"""Two workers' checks become one."""

from __future__ import annotations

import pytest

from tf_docker_check.model.observation import Check, Death
from tf_docker_check.model.status import Status
from tf_docker_check.probe.workers import Worker, combine_workers

PASSED, FAILED, ERRORED, SKIPPED = Status.PASSED, Status.FAILED, Status.ERRORED, Status.SKIPPED


def worker(
    index: int,
    *,
    at: str = "",
    reason: str = "",
    status: Status = FAILED,
    version: str = "2.21.0",
    gpus: int = 0,
    **facts: object,
) -> Worker:
    """A worker that passed everything, or everything up to *at*."""
    showed = {
        "peers": {f"worker.{name}": value for name, value in facts.items()},
        "import": {"tensorflow.version": version},
        "devices": {"devices.cpu": ["CPU:0"], "devices.gpu": ["GPU"] * gpus},
        "collective": {},
    }
    checks = []
    for name, found in showed.items():
        bad = name == at
        end = Death(signal=reason.rpartition(" ")[2]) if reason.startswith("killed") else None
        checks.append(
            Check(
                name,
                status if bad else PASSED,
                reason if bad else "",
                facts=found,
                death=end if bad else None,
            )
        )
        if bad:
            break
    return Worker(index, tuple(checks))


@pytest.mark.parametrize(
    ("first", "second", "status", "reason"),
    [
        ({}, {}, PASSED, ""),
        ({}, {"version": "2.20.0"}, FAILED, "worker 0 has TensorFlow 2.21.0, worker 1 has TensorFlow 2.20.0"),
        ({"gpus": 1}, {}, FAILED, "worker 0 lists 1 CPU, 1 GPU, worker 1 lists 1 CPU, 0 GPU"),
        ({"tf_config": "{"}, {}, FAILED, "the TF_CONFIG of worker 0 is wrong: it is not JSON"),
        (
            {"at": "collective", "reason": "killed by SIGUSR2"},
            {"at": "import", "reason": "killed by SIGSEGV"},
            FAILED,
            "worker 1: import: killed by SIGSEGV",
        ),
        (
            {"at": "collective", "reason": "killed by SIGUSR2"},
            {"at": "collective", "reason": "killed by SIGKILL"},
            FAILED,
            "worker 1: collective: killed by SIGKILL",
        ),
        (
            {"at": "collective", "reason": "killed by SIGALRM", "proxy": "http_proxy=http://p:1"},
            {"at": "collective", "reason": "killed by SIGALRM", "proxy": "http_proxy=http://p:1"},
            FAILED,
            "worker 0: collective: timed out: no step within 60 s "
            "(TCP joins the workers, but gRPC goes by http_proxy=http://p:1)",
        ),
        (
            {"at": "peers", "reason": "cannot connect"},
            {"at": "peers", "reason": "cannot listen on port 5", "port_taken": 5},
            FAILED,
            "worker 1: peers: cannot listen on port 5",
        ),
        (
            {"at": "collective", "reason": "TensorFlow 2.3 is too old", "status": SKIPPED},
            {"at": "collective", "reason": "TensorFlow 2.3 is too old", "status": SKIPPED},
            SKIPPED,
            "TensorFlow 2.3 is too old",
        ),
        (
            {"at": "peers", "reason": "no such network", "status": ERRORED},
            {},
            ERRORED,
            "worker 0: peers: no such network",
        ),
    ],
)
def test_the_verdict(
    first: dict[str, object], second: dict[str, object], status: Status, reason: str
) -> None:
    pair = [worker(0, **first), worker(1, **second)]  # type: ignore[arg-type]
    check = combine_workers("distributed-bridge", pair)
    assert (check.name, check.status, check.reason) == ("distributed-bridge", status, reason)


def test_a_port_of_the_host_that_is_taken_is_not_the_images_fault() -> None:
    pair = [worker(0, at="peers", reason="cannot listen on port 5", port_taken=5), worker(1)]
    assert combine_workers("distributed-host", pair).status is ERRORED


def test_workers_that_the_machines_network_keeps_apart_are_not_judged() -> None:
    pair = [worker(0, at="peers", reason="cannot connect"), worker(1, at="peers", reason="was not reached")]
    check = combine_workers("distributed-bridge", pair)
    assert (check.status, "firewall" in check.reason) == (ERRORED, True)
    for why in ({"unresolved": "worker-0"}, {"port_taken": 2222}):
        pair = [worker(0, at="peers", reason="cannot connect"), worker(1, at="peers", reason="x", **why)]
        assert combine_workers("distributed-bridge", pair).status is FAILED


def test_a_worker_that_says_so_and_ends_by_itself_has_failed() -> None:
    words = "killed by SIGSEGV"
    pair = [worker(0, at="peers", reason="cannot connect"), worker(1, at="peers", reason=words)]
    assert combine_workers("distributed-bridge", pair).status is FAILED


def test_the_facts_are_of_both() -> None:
    pair = [worker(0, reached=True), worker(1, at="import", reason="x", reached=True, version="")]
    facts = combine_workers("distributed-bridge", pair).facts
    assert facts["distributed.versions"] == ["2.21.0", ""]
    assert facts["distributed.devices"] == ["1 CPU, 0 GPU", ""]
    assert facts["distributed.reached"] is True
