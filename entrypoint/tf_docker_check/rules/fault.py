"""A judgement at its place in a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.model.prediction import Judgement


@dataclass(frozen=True)
class Fault:
    """What is wrong with what stands at `span`. `edits`: what of the remedy can be written into the file."""

    span: Span
    judgement: Judgement
    edits: tuple[Edit, ...] = ()
