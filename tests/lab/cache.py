"""Where the lab keeps what outlives a run: logs, the registry's storage, the buildx binary."""

from __future__ import annotations

import os
from pathlib import Path


def folder(*parts: str) -> Path:
    """A folder of the lab's cache, made when missing. TF_DOCKER_CHECK_LAB moves the whole cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = Path(os.environ.get("TF_DOCKER_CHECK_LAB") or home / "tf-docker-check-lab", *parts)
    path.mkdir(parents=True, exist_ok=True)
    return path
