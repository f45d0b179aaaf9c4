"""Make the recipe of a cell from our Dockerfile templates or the user's Dockerfile."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from tf_docker_check.errors import UsageError
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.model.template import fill, requirements, user_dockerfile
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.files import names, text

IMAGE = "image"
"""Recipe name of a strategy that uses its image unchanged."""

DEFAULT = "python-pip"
"""Recipe name of a strategy that installs and names none."""

ON_ONE_LINE = 6
"""More requirements than this, such as a locked set, get a line each."""

_VERSION = re.compile(r"(?:nightly|[0-9]+(?:\.[0-9]+)*(?:(?:a|b|rc|\.post|\.dev)[0-9]+)*)?")
_MOUNT = re.compile(r"--mount=\S+\s+(?:\\\n\s*)?")


def recipe_for(strategy: Strategy, cell: Cell, config: Config) -> Recipe:
    """Return what must be built, or only pulled, for *cell*.

    Raises UsageError for an invalid version, requirement or image reference: nothing else is
    inserted into a Dockerfile.
    """
    for version in (cell.tensorflow, cell.python):
        if not _VERSION.fullmatch(version):
            raise UsageError(
                f"invalid version {version!r:.80}", remedy="write it like 2.21.0 or, for Python, 3.12"
            )
    recipe: Recipe | None = None
    for part in reversed(lineage(strategy, config.known)):
        recipe = _on(recipe, part, cell, config)
    assert recipe is not None  # a lineage has at least its strategy
    return recipe


def without_mounts(dockerfile: str) -> str:
    """Return a recipe of ours for builders without ``RUN --mount``; pip then keeps no cache.

    The CA bundle travels by such a mount: with one, a recipe cannot be built there.
    """
    bare = _MOUNT.sub("", dockerfile)
    return (
        bare
        if bare == dockerfile
        else bare.replace("set -eu;", "set -eu; export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1;")
    )


def _on(below: Recipe | None, strategy: Strategy, cell: Cell, config: Config) -> Recipe:
    """Return the recipe of *strategy*, based on *below* if given."""
    base = below.base if below else _reference(fill(strategy.image, cell), strategy)
    parent = below if below and below.builds else None
    if strategy.dockerfile:
        user = user_dockerfile(strategy.dockerfile, cell)
        return Recipe(base, user=user, parent=parent, platform=config.platform)
    return Recipe(base, text=_text(strategy, cell, base, config), parent=parent, platform=config.platform)


def _text(strategy: Strategy, cell: Cell, base: str, config: Config) -> str:
    """Return the Dockerfile that installs the requirements of *strategy*; empty if it has none."""
    if not strategy.install:
        return ""
    name = DEFAULT if strategy.recipe == IMAGE else strategy.recipe
    if name not in names("recipes", ".Dockerfile"):
        raise UsageError(
            f"strategy {strategy.name!r}: unknown recipe {name!r:.80}",
            remedy=f"must be one of {', '.join(names('recipes', '.Dockerfile'))}",
        )
    image = replace(cell, strategy=strategy.name).image_id
    locked = config.lock.versions(image, requirements(strategy, cell), config.platform)
    between = " " if len(locked) <= ON_ONE_LINE else " \\\n      "
    wanted = between.join(_requirement(requirement, strategy) for requirement in locked)
    return text(f"recipes/{name}.Dockerfile").replace("@BASE@", base).replace("@REQUIREMENTS@", wanted)


def _requirement(text: str, strategy: Strategy) -> str:
    """Return one requirement quoted for the shell. Raises UsageError if it is invalid."""
    requirement = parse_requirement(text)
    if requirement is None or requirement.mistake:
        raise UsageError(
            f"strategy {strategy.name!r}: invalid requirement {text!r:.120}",
            why=requirement.mistake if requirement else "",
            remedy="write it as for pip, such as tensorflow[and-cuda]=={tensorflow}",
        )
    if not text.isprintable():
        raise UsageError(f"strategy {strategy.name!r}: requirement {text!r:.120} has unprintable characters")
    return shlex.quote(text)


def _reference(image: str, strategy: Strategy) -> str:
    """Check and return an image reference; empty only for a Dockerfile with an image of its own."""
    if not image and strategy.dockerfile:
        return image
    try:
        Reference.parse(image)
        return image
    except UsageError as error:
        why = error.why
    raise UsageError(
        f"strategy {strategy.name!r}: invalid image reference {image!r:.120}",
        why=why,
        remedy="write it as for FROM, such as python:{python}-slim",
    )
