"""Workers of a distributed check that do not connect."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof

_CHECKS = ("distributed-bridge", "distributed-host")


def distributed(case: Case) -> Iterator[Proof]:
    """Prove different workers, and wrong names, ports, TF_CONFIG and proxies."""
    if case.facts.get("workers.waiting") is True:
        yield Proof("dist-address", "the workers' servers have started, and nothing happened after that")
    if not case.did_fail(*_CHECKS):
        return
    for cause, what, values in (
        ("dist-version-skew", "TensorFlow", "versions"),
        ("dist-hetero-workers", "devices", "devices"),
    ):
        shown = case.facts.get(f"distributed.{values}")
        if isinstance(shown, list) and all(shown) and len(set(map(str, shown))) > 1:
            yield Proof(cause, f"{what} of the workers: {' and '.join(map(str, shown))}")
    yield from _address(case)


def _address(case: Case) -> Iterator[Proof]:
    facts = case.facts
    if facts.get("distributed.tf_config"):
        yield Proof("dist-address", str(facts["distributed.tf_config"]))
    if "distributed.unresolved" in facts:
        yield Proof("dist-address", f"the name {facts['distributed.unresolved']} cannot be resolved")
    if "distributed.port_taken" in facts:
        yield Proof("dist-address", f"port {facts['distributed.port_taken']} is in use")
    if facts.get("distributed.proxy") and any("gRPC goes by" in check.reason for check in case.failed):
        yield Proof("dist-address", f"TCP joins the workers, but gRPC goes by {facts['distributed.proxy']}")
