"""What rules ask of a stage: its base image, its Python, the TensorFlow it installs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tf_docker_check.dockerfile.pip_install import PipInstall
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.image.base_image import BaseImage
from tf_docker_check.requirements.requirement import Target, release_for
from tf_docker_check.resources.tensorflow import Release
from tf_docker_check.rules.dependencies import release_beside
from tf_docker_check.rules.intent import hiding_variable
from tf_docker_check.rules.subject import Pip, Subject

_SYSTEM_PIP = re.compile(r"\bpy(thon)?3?-pip\b")
_OTHER_PIP = re.compile(
    r"venv|virtualenv|conda|mamba|\buv\b|break.system.packages|externally-managed|get-pip|pyenv|python3\.\d"
    r"|install\b[^\n]* pip(?:[=<>~!]\S*)?(?=\s|$)"
)


_PARTS = re.compile(r"serving|build|tensorflow/(?!tensorflow)|tensorflow[.-]?(?:lite|js|hub)")


@dataclass(frozen=True)
class Install:
    """A requirement that installs TensorFlow. `python` is empty and `release` None if not known."""

    wanted: PlacedRequirement
    run: PipInstall
    python: str
    release: Release | None

    @property
    def with_cuda(self) -> bool:
        return self.wanted.requirement.with_cuda


def base_of(stage: Stage) -> BaseImage:
    """Return what is known about the base image of *stage*."""
    return stage.base


def pip_of(stage: Stage) -> Pip:
    """Return which pip the commands of *stage* install with."""
    shell = stage.all_shell_text
    return Pip.SYSTEM if _SYSTEM_PIP.search(shell) and not _OTHER_PIP.search(shell) else Pip.OWN


@lru_cache(maxsize=1024)
def tensorflow_installs(stage: Stage) -> tuple[Install, ...]:
    """Return the TensorFlow installs of the stage's own RUN lines.

    Those that a condition or a marker decides about, of which not all is known, are left out.
    """
    return tuple(
        _install(stage, wanted, run)
        for run in stage.pip_installs
        if run.sure
        for wanted in run.tensorflows
        if wanted.requirement.surely_applies_to(Target(run.python, stage.architecture))
    )


@lru_cache(maxsize=1024)
def all_tensorflow_installs(stage: Stage) -> tuple[Install, ...]:
    """Return the TensorFlow installs of the stage and of all stages it is based on or copies from."""
    return tuple(install for inner in stage.contents for install in tensorflow_installs(inner))


def _install(stage: Stage, wanted: PlacedRequirement, run: PipInstall) -> Install:
    target, requirement = Target(run.python, stage.architecture), wanted.requirement
    release = release_for(requirement, target)
    if release and requirement.specifier is not None and not requirement.pin:
        others = {one.name: one.specifier for one in run.requirements if one.specifier is not None}
        release = release_beside(
            lambda admitted: release_for(replace(requirement, specifier=admitted), target),
            requirement.specifier,
            target,
            others,
        )
    return Install(wanted, run, run.python, release)


def subject_of(stage: Stage, *installs: Install) -> Subject:
    """What the rules judge of *stage*, and of *installs*, which share a Python."""
    return Subject(
        base_of(stage),
        stage.architecture,
        installs[0].python if installs else "",
        tuple(install.wanted.requirement for install in installs),
        installs[0].wanted.name if installs else "tensorflow",
        installs[0].release if installs else None,
        unread=stage.all_unread,
    )


def holds_tensorflow(stage: Stage) -> bool:
    """Whether the image is known to hold a TensorFlow, or stands on one that is named after it."""
    base = base_of(stage)
    return (
        base.has_tensorflow
        or _is_named_after(base)
        or any(run.tensorflows or run.dependents for run in stage.all_pip_installs)
    )


def _is_named_after(base: BaseImage) -> bool:
    """Whether an image that the catalog does not have is named after TensorFlow, and not after a part of it."""
    repository = base.reference.repository if base.reference and base.row is None else ""
    return "tensorflow" in repository and not _PARTS.search(repository)


def about_tensorflow(stages: Sequence[Stage]) -> list[Stage]:
    """Return the stages that contain TensorFlow and the stages that these are based on."""
    concerned: set[Stage] = set()
    for stage in stages:
        if holds_tensorflow(stage):
            concerned.update(stage.lineage)
    return [stage for stage in stages if stage in concerned]


def without_gpu(stage: Stage) -> bool:
    """Whether it is certain that no GPU will be used."""
    return stage.on_cpu or bool(hiding_variable(stage.environment))


def follows_releases(install: Install) -> bool:
    """Whether the catalog's releases apply: a released distribution, installed from PyPI."""
    return install.wanted.requirement.brings_release and not install.run.foreign
