"""The ladder: every rung, in order, and which of them a cell climbs."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status

_PROFILES = ("quick", "standard", "full")
_ANY = frozenset(Gpu)
_WITH_GPU = frozenset({Gpu.REQUIRE})


@dataclass(frozen=True)
class Rung:
    """One check. Rungs of one `stage` share a process in the container."""

    name: str
    stage: str = "tensorflow"
    profile: str = "standard"  # the smallest profile it belongs to
    gpu: frozenset[Gpu] = _ANY  # the promises under which it is climbed
    apart: bool = False  # climbed in containers of its own, not in the ladder's
    keep: bool = False  # cannot be disabled: the others mean nothing without it


LADDER = (
    Rung("interpreter", stage="python", profile="quick", keep=True),
    Rung("environment", stage="python", profile="quick"),
    Rung("gpu-exposed", stage="driver", profile="quick", gpu=_WITH_GPU, keep=True),
    Rung("import", profile="quick"),
    Rung("devices", profile="quick"),
    Rung("matmul", profile="quick"),
    Rung("conv"),
    Rung("xla"),
    Rung("gradient"),
    Rung("data"),
    Rung("savedmodel"),
    Rung("keras"),
    Rung("fit", profile="full"),
    Rung("gpu-matmul", profile="quick", gpu=_WITH_GPU, keep=True),
    Rung("gpu-conv", gpu=_WITH_GPU),
    Rung("gpu-xla", gpu=_WITH_GPU),
    Rung("libraries", stage="system"),
    Rung("gpu-static", stage="libraries", profile="quick", gpu=frozenset({Gpu.STATIC, Gpu.REQUIRE})),
    Rung("distributed-bridge", profile="full", apart=True),
    Rung("distributed-host", profile="full", apart=True),
)
WORKER = (Rung("peers"), Rung("import"), Rung("devices"), Rung("collective"))
"""What each worker of a distributed check climbs."""

ORDER = {rung.name: place for place, rung in enumerate(LADDER)} | {"evidence": len(LADDER)}
"""Where each check stands in a cell; the user's commands stand behind."""


def to_climb(checks: Checks, gpu: Gpu) -> tuple[tuple[Rung, ...], tuple[Check, ...]]:
    """The rungs to climb, and a skipped check with its reason for each of the others."""
    reasons = {rung.name: _reason(rung, checks, gpu) for rung in LADDER}
    climbed = tuple(rung for rung in LADDER if not reasons[rung.name])
    skipped = (Check(name, Status.SKIPPED, reason) for name, reason in reasons.items() if reason)
    return climbed, tuple(skipped)


def _reason(rung: Rung, checks: Checks, gpu: Gpu) -> str:
    """Why *rung* is not climbed, or empty."""
    if gpu not in rung.gpu:
        return f"the GPU policy is {gpu}"
    if _disabled(rung, checks.disable):
        return "disabled in the configuration"
    if rung.stage == "tensorflow" and "import" in checks.disable and not rung.keep:
        return "needs import, which is disabled in the configuration"
    beyond = _PROFILES.index(rung.profile) > _PROFILES.index(checks.profile)
    if beyond and rung.name not in checks.enable:
        return f"not in the profile {checks.profile}"
    return ""


def _disabled(rung: Rung, disable: Container[str]) -> bool:
    return rung.name in disable and not rung.keep
