"""Whether an image is meant to use a GPU, by what it stands on, installs and sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.requirements.requirement import Requirement

HIDING = {
    "CUDA_VISIBLE_DEVICES": frozenset({"", "-1", "none", "NoDevFiles"}),
    "NVIDIA_VISIBLE_DEVICES": frozenset({"", "void", "none"}),
}
"""Variables, each with the values that hide every NVIDIA GPU."""


@dataclass(frozen=True)
class GpuIntent:
    """Whether an NVIDIA GPU is meant, and `reason`, what says so; `meant` is None where nothing does."""

    meant: bool | None = None
    reason: str = ""


def gpu_intent(base: BaseImage, installs: Iterable[Requirement], environment: Mapping[str, str]) -> GpuIntent:
    """What *base*, the TensorFlow *installs* and the *environment* of an image say about a GPU."""
    if name := hiding_variable(environment):
        return GpuIntent(False, f"{name}={environment[name]} hides every GPU")
    if reason := for_amd(base, installs):
        return GpuIntent(None, reason)
    if base.gpu:
        return GpuIntent(True, f"{base.text} is an image for GPUs")
    for install in installs:
        if install.with_cuda or install.name == "tensorflow-gpu":
            return GpuIntent(True, f"it installs {install.name}{'[and-cuda]' * install.with_cuda}")
    return GpuIntent()


def for_amd(base: BaseImage, installs: Iterable[Requirement]) -> str:
    """Why an AMD GPU is meant, which is not judged; empty where none is."""
    if base.family == "rocm":
        return f"{base.text} is an image for AMD GPUs"
    package = next((install.name for install in installs if install.name == "tensorflow-rocm"), "")
    return f"{package} is for AMD GPUs" if package else ""


def hiding_variable(environment: Mapping[str, str]) -> str:
    """The variable in *environment* that hides every GPU; empty where none does."""
    return next((name for name, values in HIDING.items() if environment.get(name) in values), "")


def intent_of(stage: Stage, *, own_base: bool = True) -> GpuIntent:
    """What *stage* says about a GPU; without its base where that is replaced by another."""
    installs = [one.requirement for install in stage.all_pip_installs for one in install.tensorflows]
    return gpu_intent(known(stage.root.known_image if own_base else ""), installs, stage.environment)
