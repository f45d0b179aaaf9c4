"""Which strategies of a configuration are meant to use a GPU."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tf_docker_check.dockerfile.stage import target_stage
from tf_docker_check.errors import CheckError
from tf_docker_check.image.base_image import known
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy
from tf_docker_check.model.template import fill
from tf_docker_check.model.text import one_line
from tf_docker_check.pipeline.dockerfiles import DockerfileReader
from tf_docker_check.requirements.requirement import tensorflow_requirements
from tf_docker_check.rules.intent import GpuIntent, gpu_intent, intent_of

_WORDS = {True: "a GPU is meant", False: "no GPU is meant", None: "only what runs on the CPU is checked"}
_ANY = Cell("", "2", "3", "")
"""Versions that stand for whatever a template is filled with."""


def with_gpu_intent(config: Config, project: Path) -> Config:
    """Say of each strategy whether a GPU is meant, where it does not say so itself; a note says why."""
    notes: dict[str, None] = {}
    reader = DockerfileReader(config, project)

    def decided(strategy: Strategy) -> Strategy:
        if strategy.gpu is not None:
            return strategy
        intent = _intent(strategy, reader)
        if intent.reason and strategy.dockerfile:
            meant = _WORDS[intent.meant]
            notes[f"{strategy.dockerfile.path}: {meant}: {one_line(intent.reason)}"] = None
        return replace(strategy, gpu=intent.meant)

    strategies = tuple(map(decided, config.strategies))
    bases = tuple(map(decided, config.bases))
    return replace(config, strategies=strategies, bases=bases, notes=(*config.notes, *notes))


def _intent(strategy: Strategy, reader: DockerfileReader) -> GpuIntent:
    """Return what *strategy* says; nothing if its Dockerfile cannot be read, which its build reports."""
    user = strategy.dockerfile
    if user is None:
        return gpu_intent(known(fill(strategy.image, _ANY)), tensorflow_requirements(strategy.install), {})
    try:
        stage = target_stage(reader.stages(user), user.target)
        return intent_of(stage, own_base=not strategy.on)
    except CheckError:
        return GpuIntent()
