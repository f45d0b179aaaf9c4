"""What two workers showed, as one check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.probe.rungs import WORKER
from tf_docker_check.probe.tf_config import complaint

_PLACES = {rung.name: place for place, rung in enumerate(WORKER)}
_DESERTED = "SIGUSR2"
_OWN_ENDS = {  # the signals of resources/probes/peers.py
    _DESERTED: "the other worker is gone",
    "SIGALRM": "timed out: no step within 60 s",
}


@dataclass(frozen=True)
class Worker:
    """One worker and the checks of its container."""

    index: int
    checks: tuple[Check, ...]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Those of all its checks."""
        return {name: value for check in self.checks for name, value in check.facts.items()}

    @property
    def bad(self) -> Check | None:
        """The check it did not pass, if there is one."""
        bad = (Status.FAILED, Status.ERRORED)
        return next((check for check in self.checks if check.status in bad), None)

    @property
    def devices(self) -> str:
        """How many of each kind TensorFlow lists, as far as it got."""
        kinds = ((kind, self.facts.get(f"devices.{kind}")) for kind in ("cpu", "gpu"))
        return ", ".join(f"{len(found)} {kind.upper()}" for kind, found in kinds if isinstance(found, list))


def judged(name: str, workers: Sequence[Worker]) -> Check:
    """The check *name*: what the workers do not have in common counts first, then who failed first."""
    facts, bad = _facts(workers), [worker for worker in workers if worker.bad]
    culprit = min(bad, key=_rank) if bad else None
    first = culprit.bad if culprit else None
    text = first.text if first else ""
    if unlike := _unlike(facts):
        return Check(name, Status.FAILED, one_line(unlike), facts=facts, text=text)
    if not culprit or not first:
        return _all_well(name, workers, facts)
    reason = f"worker {culprit.index}: {first.name}: {_OWN_ENDS.get(_signal(first), first.reason)}"
    if first.name == "collective" and facts.get("distributed.proxy"):
        reason += f" (TCP joins the workers, but gRPC goes by {facts['distributed.proxy']})"
    if apart := _are_kept_apart(bad):
        reason = (
            f"both workers listen, and the machine's network does not join them ({reason}): see its firewall"
        )
    ours = apart or (name == "distributed-host" and "worker.port_taken" in first.facts)
    status = Status.ERRORED if ours else first.status
    return Check(name, status, one_line(reason), facts=facts, text=text, death=first.death)


def _are_kept_apart(bad: Sequence[Worker]) -> bool:
    """Whether nothing in the images keeps the workers from each other: both live, listen, and know the name."""
    last = [worker.bad for worker in bad if worker.bad]
    own_words = (check.status is Status.FAILED and not check.death for check in last)
    return all(own_words) and all(check.name == "peers" and not _knows(check) for check in last)


def _knows(check: Check) -> bool:
    """Whether *check* says what in the worker keeps it from the other one."""
    return not {"worker.port_taken", "worker.unresolved"}.isdisjoint(check.facts)


def _signal(check: Check) -> str:
    return check.death.signal if check.death else ""


def _all_well(name: str, workers: Sequence[Worker], facts: Mapping[str, Any]) -> Check:
    """Passed, unless a worker left out the very step (TensorFlow is too old for it)."""
    left_out = (check for worker in workers for check in worker.checks if check.status is Status.SKIPPED)
    skipped = next(left_out, None)
    if skipped:
        return Check(name, Status.SKIPPED, skipped.reason, facts=facts)
    return Check(name, Status.PASSED, facts=facts)


def _rank(worker: Worker) -> tuple[int, bool, bool, bool, int]:
    """Earlier on the ladder first; not judged first, deserted last; who knows why before who only waited."""
    bad = worker.bad
    assert bad
    was_judged = bad.status is not Status.ERRORED
    return _PLACES[bad.name], was_judged, _signal(bad) == _DESERTED, not _knows(bad), worker.index


def _facts(workers: Sequence[Worker]) -> dict[str, Any]:
    seen = [worker.facts for worker in workers]
    facts: dict[str, Any] = {
        "distributed.versions": [str(each.get("tensorflow.version") or "") for each in seen],
        "distributed.devices": [worker.devices for worker in workers],
        "distributed.reached": all(each.get("worker.reached") is True for each in seen),
        "distributed.tf_config": complaint([_text(each.get("worker.tf_config")) for each in seen]),
    }
    for each in seen:
        for name in ("port_taken", "unresolved", "proxy"):
            if each.get(f"worker.{name}"):
                facts.setdefault(f"distributed.{name}", each[f"worker.{name}"])
    return facts


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unlike(facts: Mapping[str, Any]) -> str:
    """What keeps the two from being workers of one job, or empty."""
    if facts["distributed.tf_config"]:
        return str(facts["distributed.tf_config"])
    for what, values in (("has TensorFlow", "versions"), ("lists", "devices")):
        told = facts[f"distributed.{values}"]
        if all(told) and len(set(told)) > 1:
            return ", ".join(f"worker {index} {what} {value}" for index, value in enumerate(told))
    return ""
