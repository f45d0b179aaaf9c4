"""The labels by which we find again what we made."""

from __future__ import annotations

RUN = "tf-docker-check.run"
CELL = "tf-docker-check.cell"
STAND_IN = "tf-docker-check.stand-in"
"""On an image (and what is built on it): it is not the image that its name says."""


def of_run(run_id: str, cell: str = "") -> dict[str, str]:
    """Labels for everything one run makes, or one cell of it; `sweep` takes the former."""
    return {RUN: run_id} | ({CELL: cell} if cell else {})
