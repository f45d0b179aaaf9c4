"""Whether what a Dockerfile builds is meant to use a GPU."""

from __future__ import annotations

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.image.base_image import known
from tf_docker_check.rules.intent import GpuIntent, gpu_intent


def intent_of(stage: Stage, *, own_base: bool = True) -> GpuIntent:
    """What *stage* says about a GPU; without its base where that is replaced by another."""
    installs = [one.requirement for install in stage.all_pip_installs for one in install.tensorflows]
    return gpu_intent(known(stage.root.known_image if own_base else ""), installs, stage.environment)
