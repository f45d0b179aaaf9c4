"""Turn a recipe into a build request. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tf_docker_check.dockerfile.rewrite import external_images, frontend, rewrite
from tf_docker_check.dockerfile.stage import base_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.config import BuildSettings, Secret
from tf_docker_check.model.recipe import Recipe

CA_SECRET = "ca-bundle"  # noqa: S105 - the id by which the recipes mount it


@dataclass(frozen=True)
class BaseOverride:
    """A Dockerfile with replaced base images: text, build arguments and named contexts to build with."""

    text: str
    build_args: Mapping[str, str]
    contexts: Mapping[str, str]


def base_reference(text: str, recipe: Recipe) -> str:
    """Return the base image of *recipe*, whose Dockerfile is *text*; empty for `FROM scratch`.

    It is also empty if FROM is an argument without a value: the builder's error says that best.
    """
    if recipe.base or not recipe.user:
        return recipe.base
    user = recipe.user
    stages = read_stages(text, dict(user.build_args), platform=recipe.platform, file=user.path)
    image = base_stage(stages, user.target).image
    return "" if image == "scratch" else image


def override_base(
    text: str, recipe: Recipe, base: str, mirrored: Callable[[str], str], *, named_contexts: bool
) -> BaseOverride:
    """Put the Dockerfile *text* of *recipe* on *base*, and its other images on their mirrors.

    *base* is empty if there is nothing to pull. The base is replaced by a build argument if FROM is one, else
    by a named context if the builder supports it, else in a copy of the text. The user's file is never
    changed.
    """
    user = recipe.user
    given = dict(user.build_args) if user else {}
    file = user.path if user else "the recipe"
    stages = read_stages(text, given, platform=recipe.platform, file=file)
    images = external_images(text, given, platform=recipe.platform, file=file)
    stage = base_stage(stages, user.target if user else "")
    targets = {image: mirrored(image) for image in images} | ({stage.image: base} if base else {})
    if base and stage.argument and [item.image for item in stages].count(stage.image) == 1:
        targets.pop(stage.image)
        given = {**given, stage.argument: base}
    changed = {image: target for image, target in targets.items() if image != target}
    if named_contexts:
        return BaseOverride(text, given, changed)
    if syntax := frontend(text):  # the builder pulls this one too
        changed[syntax] = mirrored(syntax)
    return BaseOverride(rewrite(text, changed, given, platform=recipe.platform, file=file), given, {})


def request(
    recipe: Recipe,
    override: BaseOverride,
    project: Path,
    settings: BuildSettings,
    *,
    tag: str,
    labels: Mapping[str, str],
    timeout: float,
) -> BuildRequest:
    """Return the build request for *recipe*, whose base was replaced by `override_base`."""
    user = recipe.user
    return BuildRequest(
        dockerfile=override.text,
        context=str(project / user.context) if user else "",
        tag=tag,
        target=user.target if user else "",
        platform=recipe.platform,
        contexts=override.contexts,
        build_args={**arguments(settings), **override.build_args},
        secrets=_under(project, secrets(recipe, override.text, settings)),
        labels=labels,
        cache_from=settings.cache_from,
        cache_to=settings.cache_to,
        timeout=timeout,
    )


def arguments(settings: BuildSettings) -> Mapping[str, str]:
    """Return the build arguments that make pip and uv use the configured index."""
    given = {
        "PIP_INDEX_URL": settings.index_url,
        "PIP_EXTRA_INDEX_URL": " ".join(settings.extra_index_urls),
    }
    return {name: value for name, value in given.items() if value}


def secrets(recipe: Recipe, text: str, settings: BuildSettings) -> tuple[Secret, ...]:
    """Return the user's secrets, and the CA bundle if the Dockerfile *text* mounts it."""
    own = recipe.user.secrets if recipe.user else ()
    if settings.ca_bundle and f"id={CA_SECRET}" in text:
        return (*own, Secret(CA_SECRET, file=settings.ca_bundle))
    return own


def _under(project: Path, given: tuple[Secret, ...]) -> tuple[Secret, ...]:
    """Return *given* with paths that are valid from any working directory."""
    return tuple(replace(one, file=str(project / one.file)) if one.file else one for one in given)
