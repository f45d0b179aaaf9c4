"""The run request that every check of a cell starts from."""

from __future__ import annotations

from collections.abc import Mapping

from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.model.config import Gpu, RunOptions
from tf_docker_check.model.image import Image

PYTHONS = ("python3", "python")


def container(image: Image, options: RunOptions, labels: Mapping[str, str], gpu: Gpu) -> RunRequest:
    """Return a request by the run options; its command is filled in by the caller."""
    return RunRequest(
        image=image.id,
        command=(),
        environment=dict(options.environment),
        labels=labels,
        memory=options.memory,
        shm_size=options.shm_size,
        network=options.network,
        read_only=options.read_only,
        user=options.user,
        gpu=gpu,
    )
