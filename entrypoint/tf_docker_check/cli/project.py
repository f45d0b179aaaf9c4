"""The arguments of verbs that work on a project; named as the action's inputs."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tf_docker_check.model.defaults import CONFIG_FILE, RESULTS_FOLDER

if TYPE_CHECKING:
    from tf_docker_check.pipeline.results_dir import ResultsDir


_INPUTS = {
    "strategies": ("NAMES", "strategies to check, comma-separated"),
    "tensorflow-versions": ("SPECS", "such as 2.21.0, 2.16.*, >=2.15, latest, nightly, auto"),
    "python-versions": ("SPECS", "such as 3.12, auto, all"),
    "cell": ("PATTERN", "only cells whose id matches, such as 'slim/*@cpu'"),
    "gpu": ("POLICY", "off, static (check GPU readiness without one) or require"),
    "dockerfile": ("PATH", "your Dockerfile, relative to the project"),
    "context": ("DIR", "its build context"),
    "target": ("STAGE", "its target stage"),
    "build-args": ("LINES", "its build arguments, NAME=VALUE each"),
    "max-cells": ("N", "refuse a larger matrix"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the project's arguments to *parser*."""
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="the project's folder (.)"
    )
    parser.add_argument("--config", default="", metavar="FILE", help=f"configuration ({CONFIG_FILE})")
    for name, (metavar, summary) in _INPUTS.items():
        parser.add_argument(f"--{name}", default="", metavar=metavar, help=summary)


def inputs(arguments: argparse.Namespace, *more: str) -> Mapping[str, str]:
    """The inputs that *arguments* give; those not given are empty."""
    return {name: getattr(arguments, name.replace("-", "_")) for name in (*_INPUTS, *more)}


def results_dir_at(path: Path) -> ResultsDir:
    """Return the directory for results at *path*, which is made once there is something to write."""
    from tf_docker_check.pipeline.results_dir import ResultsDir

    if path == Path(RESULTS_FOLDER):  # the name is ours, so a link that a project has there is not followed
        return ResultsDir(Path(), RESULTS_FOLDER)
    current = next((folder for folder in (path, *path.parents) if folder.exists()), Path())
    return ResultsDir(current, str(path.relative_to(current)))
