"""Rows of the catalog, as what a judgement rests on."""

from __future__ import annotations

from tf_docker_check.model.prediction import Ground
from tf_docker_check.resources.rows import Row


def ground(name: str, row: Row) -> Ground:
    """*row* under a *name* that people recognise, such as ``tensorflow 2.21.0``."""
    return Ground(name, row.source, row.verified)
