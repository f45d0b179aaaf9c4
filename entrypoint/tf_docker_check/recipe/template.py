"""The recipe a cell needs: our Dockerfile templates filled in, or the user's Dockerfile on them."""

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
"""The recipe of a strategy that takes its image as it is."""

DEFAULT = "python-pip"
"""The recipe of a strategy that installs and does not say how."""

ON_ONE_LINE = 6
"""More requirements than this, such as a locked set, get a line each."""

_VERSION = re.compile(r"(?:nightly|[0-9]+(?:\.[0-9]+)*(?:(?:a|b|rc|\.post|\.dev)[0-9]+)*)?")
_MOUNT = re.compile(r"--mount=\S+\s+(?:\\\n\s*)?")


def recipe_for(strategy: Strategy, cell: Cell, config: Config) -> Recipe:
    """What must be built, or only pulled, for *cell*.

    Raises UsageError where a version, requirement or image reference is not one: nothing else gets
    into the text of a Dockerfile.
    """
    for version in (cell.tensorflow, cell.python):
        if not _VERSION.fullmatch(version):
            raise UsageError(f"{version!r:.80} is no version")
    recipe: Recipe | None = None
    for part in reversed(lineage(strategy, config.known)):
        recipe = _on(recipe, part, cell, config)
    assert recipe is not None  # a lineage has at least its strategy
    return recipe


def without_mounts(dockerfile: str) -> str:
    """One of our recipes for a builder that knows no ``RUN --mount``: nothing is cached in the image.

    The CA bundle travels by such a mount: with one, a recipe cannot be built there.
    """
    bare = _MOUNT.sub("", dockerfile)
    return (
        bare
        if bare == dockerfile
        else bare.replace("set -eu;", "set -eu; export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1;")
    )


def _on(below: Recipe | None, strategy: Strategy, cell: Cell, config: Config) -> Recipe:
    """The recipe of *strategy* on the image that *below* yields, or on its own."""
    base = below.base if below else _reference(fill(strategy.image, cell), strategy)
    parent = below if below and below.builds else None
    if strategy.dockerfile:
        user = user_dockerfile(strategy.dockerfile, cell)
        return Recipe(base, user=user, parent=parent, platform=config.platform)
    return Recipe(base, text=_text(strategy, cell, base, config), parent=parent, platform=config.platform)


def _text(strategy: Strategy, cell: Cell, base: str, config: Config) -> str:
    """The Dockerfile that installs what *strategy* asks for on *base*; empty where it asks for nothing."""
    if not strategy.install:
        return ""
    name = DEFAULT if strategy.recipe == IMAGE else strategy.recipe
    if name not in names("recipes", ".Dockerfile"):
        raise UsageError(
            f"strategy {strategy.name!r} names the recipe {name!r:.80}, which there is not",
            remedy=f"use one of {', '.join(names('recipes', '.Dockerfile'))}",
        )
    image = replace(cell, strategy=strategy.name).image_id
    locked = config.lock.versions(image, requirements(strategy, cell), config.platform)
    between = " " if len(locked) <= ON_ONE_LINE else " \\\n      "
    wanted = between.join(_requirement(requirement, strategy) for requirement in locked)
    return text(f"recipes/{name}.Dockerfile").replace("@BASE@", base).replace("@REQUIREMENTS@", wanted)


def _requirement(text: str, strategy: Strategy) -> str:
    """One requirement, as a word of the shell."""
    requirement = parse_requirement(text)
    if requirement is None or requirement.mistake:
        raise UsageError(
            f"strategy {strategy.name!r} installs {text!r:.120}, which is no requirement",
            why=requirement.mistake if requirement else "",
            remedy="write it as pip takes it, such as tensorflow[and-cuda]=={tensorflow}",
        )
    if not text.isprintable():
        raise UsageError(f"strategy {strategy.name!r} installs {text!r:.120}, which is not plain text")
    return shlex.quote(text)


def _reference(image: str, strategy: Strategy) -> str:
    """An image reference as it is; empty only for a Dockerfile that brings its own."""
    if not image and strategy.dockerfile:
        return image
    try:
        Reference.parse(image)
        return image
    except UsageError as error:
        why = error.why
    raise UsageError(
        f"strategy {strategy.name!r} stands on {image!r:.120}, which is no image reference",
        why=why,
        remedy="write it as FROM takes it, such as python:{python}-slim",
    )
