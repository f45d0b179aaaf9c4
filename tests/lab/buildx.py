"""The buildx CLI plugin."""

from __future__ import annotations

import os
from pathlib import Path

from lab import fetch
from lab.say import say
from tf_docker_check.engine.buildx import PLUGIN, find_buildx
from tf_docker_check.errors import EngineError

PACKAGE = "docker-buildx"
RELEASE = "trixie"  # the first Debian release that has the package


def ensure() -> Path | None:
    """The folder to put in front of PATH so that the plugin is found; None: nothing to add."""
    if find_buildx(os.environ):
        return None
    try:
        return fetch.program(PLUGIN, PACKAGE, RELEASE).parent
    except EngineError as error:
        say(f"no buildx to be had, builds will use the classic builder\n{error}")
        return None
