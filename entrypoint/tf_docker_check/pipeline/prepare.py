"""Make the plan from the configuration, before anything is pulled or built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tf_docker_check.builder.text import unreadable
from tf_docker_check.errors import join_problems
from tf_docker_check.host.capacity import gpu_reason
from tf_docker_check.model.config import Config, Gpu
from tf_docker_check.model.recipe import Plan
from tf_docker_check.pipeline import locking
from tf_docker_check.pipeline.configure import load_project_config
from tf_docker_check.pipeline.machines import runner_machine
from tf_docker_check.pipeline.predict_cells import add_predictions
from tf_docker_check.plan.controls import with_controls
from tf_docker_check.plan.make import make_plan


def prepare(
    project: Path, config_file: str, inputs: Mapping[str, str], *, fresh: bool = False
) -> tuple[Config, Plan]:
    """Return configuration and plan for the project in folder *project*, with predictions.

    The project's lock is used if there is one, unless *fresh*. Raises UsageError with every mistake of the
    configuration, and for a lock, a Dockerfile or a build context that cannot be used.
    """
    config = load_project_config(project, config_file, inputs)
    config = config if fresh else replace(config, lock=locking.read(project))
    plan = make_plan(config, absent_gpus(config), config.requirements)
    plan = with_controls(plan, config, project)
    plan = replace(plan, notes=(*plan.notes, *locking.notes(plan, config, project)))
    if problems := unreadable(project, plan.recipes):
        raise join_problems(problems, "the matrix asks for Dockerfiles that cannot be built:")
    return config, add_predictions(config, plan, project, lambda name: runner_machine(config, name))


def absent_gpus(config: Config) -> Mapping[str, str]:
    """Return why runners that promise a GPU have none here, by runner; remote engines are trusted."""
    this_machine = gpu_reason()
    return {
        runner.name: this_machine
        for runner in config.runners
        if this_machine and runner.gpu is Gpu.REQUIRE and not runner.docker_host
    }
