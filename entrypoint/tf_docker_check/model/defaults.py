"""Names that the command line, the action and the configuration share."""

from __future__ import annotations

from collections.abc import Mapping

CONFIG_FILE = ".github/tf-docker-check.yml"
RESULTS_FOLDER = "tf-docker-check-results"
FAIL_ON = ("new", "any", "error", "never")
"""The values of `fail-on`."""

MACHINES: Mapping[str, str] = {"amd64": "x86_64", "arm64": "aarch64"}
"""Architectures that TensorFlow has wheels for: as image platforms name them, and as Linux and wheels do."""
