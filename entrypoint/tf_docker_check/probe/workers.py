"""Combine the results of two workers into one check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.probe.check_specs import WORKER
from tf_docker_check.probe.tf_config import find_tf_config_problem

_PLACES = {spec.name: place for place, spec in enumerate(WORKER)}
_PEER_GONE = "SIGUSR2"
_SIGNAL_REASONS = {  # the signals of resources/probes/peers.py
    _PEER_GONE: "the other worker is gone",
    "SIGALRM": "timed out: no step within 60 s",
}


@dataclass(frozen=True)
class Worker:
    """One worker and the checks of its container."""

    index: int
    checks: tuple[Check, ...]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return the facts of all its checks."""
        return {name: value for check in self.checks for name, value in check.facts.items()}

    @property
    def bad(self) -> Check | None:
        """Return the first check that did not pass, or None."""
        bad = (Status.FAILED, Status.ERRORED)
        return next((check for check in self.checks if check.status in bad), None)

    @property
    def devices(self) -> str:
        """Return how many devices of each kind TensorFlow lists, if it got that far."""
        kinds = ((kind, self.facts.get(f"devices.{kind}")) for kind in ("cpu", "gpu"))
        return ", ".join(
            f"{len(devices)} {kind.upper()}" for kind, devices in kinds if isinstance(devices, list)
        )


def combine_workers(name: str, workers: Sequence[Worker]) -> Check:
    """Return the check *name*: a difference between the workers counts first, then the first failure."""
    facts, bad = _facts(workers), [worker for worker in workers if worker.bad]
    culprit = min(bad, key=_rank) if bad else None
    first = culprit.bad if culprit else None
    text = first.text if first else ""
    if unlike := _find_difference(facts):
        return Check(name, Status.FAILED, one_line(unlike), facts=facts, text=text)
    if not culprit or not first:
        return _pass_or_skip(name, workers, facts)
    reason = f"worker {culprit.index}: {first.name}: {_SIGNAL_REASONS.get(_signal(first), first.reason)}"
    if first.name == "collective" and facts.get("distributed.proxy"):
        reason += f" (TCP joins the workers, but gRPC goes by {facts['distributed.proxy']})"
    if blocked := _are_blocked_by_network(bad):
        reason = (
            f"both workers listen, and the machine's network does not join them ({reason}): see its firewall"
        )
    ours = blocked or (name == "distributed-host" and "worker.port_taken" in first.facts)
    status = Status.ERRORED if ours else first.status
    return Check(name, status, one_line(reason), facts=facts, text=text, death=first.death)


def _are_blocked_by_network(bad: Sequence[Worker]) -> bool:
    """Return whether only the network separates the workers: both run, listen, and resolve the name."""
    last = [worker.bad for worker in bad if worker.bad]
    own_words = (check.status is Status.FAILED and not check.death for check in last)
    return all(own_words) and all(check.name == "peers" and not _knows_reason(check) for check in last)


def _knows_reason(check: Check) -> bool:
    """Return whether *check* has the reason in the worker for not reaching the other one."""
    return not {"worker.port_taken", "worker.unresolved"}.isdisjoint(check.facts)


def _signal(check: Check) -> str:
    return check.death.signal if check.death else ""


def _pass_or_skip(name: str, workers: Sequence[Worker], facts: Mapping[str, Any]) -> Check:
    """Return a passed check, or a skipped one if a worker skipped the step (TensorFlow is too old for it)."""
    left_out = (check for worker in workers for check in worker.checks if check.status is Status.SKIPPED)
    skipped = next(left_out, None)
    if skipped:
        return Check(name, Status.SKIPPED, skipped.reason, facts=facts)
    return Check(name, Status.PASSED, facts=facts)


def _rank(worker: Worker) -> tuple[int, bool, bool, bool, int]:
    """Sort workers: earlier checks first; errored first, peer gone last; a known reason before a timeout."""
    bad = worker.bad
    assert bad
    was_conclusive = bad.status is not Status.ERRORED
    return _PLACES[bad.name], was_conclusive, _signal(bad) == _PEER_GONE, not _knows_reason(bad), worker.index


def _facts(workers: Sequence[Worker]) -> dict[str, Any]:
    seen = [worker.facts for worker in workers]
    facts: dict[str, Any] = {
        "distributed.versions": [str(facts_of.get("tensorflow.version") or "") for facts_of in seen],
        "distributed.devices": [worker.devices for worker in workers],
        "distributed.reached": all(facts_of.get("worker.reached") is True for facts_of in seen),
        "distributed.tf_config": find_tf_config_problem(
            [_text(facts_of.get("worker.tf_config")) for facts_of in seen]
        ),
    }
    for facts_of in seen:
        for name in ("port_taken", "unresolved", "proxy"):
            if facts_of.get(f"worker.{name}"):
                facts.setdefault(f"distributed.{name}", facts_of[f"worker.{name}"])
    return facts


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _find_difference(facts: Mapping[str, Any]) -> str:
    """Return why the two cannot be workers of one job, or empty."""
    if facts["distributed.tf_config"]:
        return str(facts["distributed.tf_config"])
    for what, values in (("has TensorFlow", "versions"), ("lists", "devices")):
        shown = facts[f"distributed.{values}"]
        if all(shown) and len(set(shown)) > 1:
            return ", ".join(f"worker {index} {what} {value}" for index, value in enumerate(shown))
    return ""
