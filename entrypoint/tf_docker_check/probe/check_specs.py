"""The ladder: the sequence of checks, in order, and which of them a cell runs."""

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
class CheckSpec:
    """How one check is run. Checks of one `stage` share a process in the container."""

    name: str
    stage: str = "tensorflow"
    profile: str = "standard"  # the smallest profile it belongs to
    gpu: frozenset[Gpu] = _ANY  # the GPU policies under which it is run
    apart: bool = False  # run in containers of its own
    keep: bool = False  # cannot be disabled: the others depend on it


LADDER = (
    CheckSpec("interpreter", stage="python", profile="quick", keep=True),
    CheckSpec("environment", stage="python", profile="quick"),
    CheckSpec("gpu-exposed", stage="driver", profile="quick", gpu=_WITH_GPU, keep=True),
    CheckSpec("import", profile="quick"),
    CheckSpec("devices", profile="quick"),
    CheckSpec("matmul", profile="quick"),
    CheckSpec("conv"),
    CheckSpec("xla"),
    CheckSpec("gradient"),
    CheckSpec("data"),
    CheckSpec("savedmodel"),
    CheckSpec("keras"),
    CheckSpec("fit", profile="full"),
    CheckSpec("gpu-matmul", profile="quick", gpu=_WITH_GPU, keep=True),
    CheckSpec("gpu-conv", gpu=_WITH_GPU),
    CheckSpec("gpu-xla", gpu=_WITH_GPU),
    CheckSpec("libraries", stage="system"),
    CheckSpec("gpu-static", stage="libraries", profile="quick", gpu=frozenset({Gpu.STATIC, Gpu.REQUIRE})),
    CheckSpec("distributed-bridge", profile="full", apart=True),
    CheckSpec("distributed-host", profile="full", apart=True),
)
WORKER = (CheckSpec("peers"), CheckSpec("import"), CheckSpec("devices"), CheckSpec("collective"))
"""The checks of each worker of a distributed check."""

NO_TIME = "no time was left for it: the cell's time limit is used up"

ORDER = {spec.name: place for place, spec in enumerate(LADDER)} | {"evidence": len(LADDER)}
"""The position of each check in a cell; the user's commands come last."""


def select_checks(checks: Checks, gpu: Gpu) -> tuple[tuple[CheckSpec, ...], tuple[Check, ...]]:
    """Return the checks to run, and a skipped check with its reason for each of the others."""
    reasons = {spec.name: _reason(spec, checks, gpu) for spec in LADDER}
    selected = tuple(spec for spec in LADDER if not reasons[spec.name])
    skipped = (Check(name, Status.SKIPPED, reason) for name, reason in reasons.items() if reason)
    return selected, tuple(skipped)


def _reason(spec: CheckSpec, checks: Checks, gpu: Gpu) -> str:
    """Return why *spec* is not run, or empty."""
    if gpu not in spec.gpu:
        return f"the GPU policy is {gpu}"
    if _is_disabled(spec, checks.disable):
        return "disabled in the configuration"
    if spec.stage == "tensorflow" and "import" in checks.disable and not spec.keep:
        return "needs import, which is disabled in the configuration"
    beyond = _PROFILES.index(spec.profile) > _PROFILES.index(checks.profile)
    if beyond and spec.name not in checks.enable:
        return f"not in the profile {checks.profile}"
    return ""


def _is_disabled(spec: CheckSpec, disable: Container[str]) -> bool:
    return spec.name in disable and not spec.keep
