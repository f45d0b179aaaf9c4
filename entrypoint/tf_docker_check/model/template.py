"""``{tensorflow}`` and ``{python}`` in what a strategy names, filled in for a cell."""

from __future__ import annotations

import re
from dataclasses import replace

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy, UserDockerfile

TENSORFLOW, PYTHON = "{tensorflow}", "{python}"
_NIGHTLY = re.compile(r"^tensorflow(-cpu)?(\[[^\]]*\])?\s*===?\s*nightly(?=\s*(;|$))")


def fill(template: str, cell: Cell) -> str:
    """*template* with the cell's versions. Other braces stay as they are."""
    return template.replace(TENSORFLOW, cell.tensorflow).replace(PYTHON, cell.python)


def requirements(strategy: Strategy, cell: Cell) -> tuple[str, ...]:
    """What pip is asked to install; for `nightly`, the nightly packages in place of the releases."""
    filled = tuple(fill(requirement, cell) for requirement in strategy.install)
    if cell.tensorflow != "nightly":
        return filled
    return tuple(_NIGHTLY.sub(r"tf-nightly\1\2", requirement) for requirement in filled)


def user_dockerfile(user: UserDockerfile, cell: Cell) -> UserDockerfile:
    """*user* with the cell's versions in the values of its build arguments."""
    return replace(user, build_args=tuple((name, fill(value, cell)) for name, value in user.build_args))


def uses(strategy: Strategy, placeholder: str) -> bool:
    """Whether *placeholder* stands anywhere in the strategy itself."""
    arguments = strategy.dockerfile.build_args if strategy.dockerfile else ()
    return any(
        placeholder in text for text in (strategy.image, *strategy.install, *(v for _, v in arguments))
    )
