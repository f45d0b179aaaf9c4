"""Load the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tf_docker_check.config.load import load_config
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config
from tf_docker_check.pipeline.intent import with_gpu_intent
from tf_docker_check.pipeline.workers import with_worker_note
from tf_docker_check.plan.detect import detect
from tf_docker_check.project.read import is_folder


def load_project_config(project: Path, config_file: str, inputs: Mapping[str, str]) -> Config:
    """Load the configuration of the project in folder *project*; select strategies if none are named.

    Raises UsageError with every mistake.
    """
    if not is_folder(project):
        raise UsageError(f"{project} is not a folder", remedy="give the project's folder by --project")
    config = detect(project, load_config(project, config_file, inputs))
    return with_worker_note(with_gpu_intent(config, project), project)
