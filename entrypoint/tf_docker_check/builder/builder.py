"""Build or pull the images of recipes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tf_docker_check.builder.bases import BasePuller, PulledBase
from tf_docker_check.builder.request import base_reference, override_base, request
from tf_docker_check.builder.text import ignore_results, read_dockerfile, read_dockerignore
from tf_docker_check.builder.too_old import explain_heredoc_error
from tf_docker_check.engine.protocol import Engine, EngineBuildResult, Progress
from tf_docker_check.errors import CheckError, ImageNotFound
from tf_docker_check.model.config import BuildSettings
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import BuildResult, BuildStep
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import plain
from tf_docker_check.recipe.template import without_mounts


@dataclass(frozen=True)
class BuiltImage:
    """The image built or pulled for a recipe. `image` is None unless `result` passed.

    `reference` is what FROM and `docker run` take to mean exactly this image; `base` means exactly
    the published image at the bottom of it.
    """

    result: BuildResult
    image: Image | None = None
    reference: str = ""
    base: str = ""
    copied: bool = False  # what was built is not the Dockerfile as it is written
    contexts: Mapping[str, str] = field(default_factory=dict)  # images in the place of others, by name
    ignores: bool = False  # an ignore file of its own went with the Dockerfile


@dataclass(frozen=True)
class Builder:
    """Builds recipes on one engine for one run."""

    engine: Engine
    bases: BasePuller
    project: Path
    settings: BuildSettings
    labels: Mapping[str, str]
    tag: Callable[[Recipe], str]
    named_contexts: bool
    mounts: bool  # the builder knows RUN --mount
    timeout: float
    results: Path  # the folder of the run's results, which no image may contain
    shortage: Callable[[], str]  # why there is no room for another build, or nothing

    def build(
        self, recipe: Recipe, parent: BuiltImage | None, progress: Progress | None = None
    ) -> BuiltImage:
        """Pull or build *recipe*; errors are in the result, never raised."""
        if parent is not None and parent.image is None:
            reason = f"its base image is missing: {parent.result.reason}"
            return BuiltImage(replace(parent.result, reason=reason))
        try:
            if full := self.shortage():
                return BuiltImage(BuildResult(Status.ERRORED, reason=full))
            text = self._text(recipe)
            base = None if parent else self._base(recipe, text, progress)
            if base and (base.image is None or not recipe.builds):
                return _use_unbuilt(base)
            return self._build(recipe, text, base, parent, progress)
        except CheckError as error:  # engine, registry or the user's input, but not the image
            return BuiltImage(BuildResult(Status.ERRORED, reason=error.in_one_line))

    def _base(self, recipe: Recipe, text: str, progress: Progress | None) -> PulledBase | None:
        name = base_reference(text, recipe)
        return self.bases.get(name, progress) if name else None

    def _build(
        self,
        recipe: Recipe,
        text: str,
        base: PulledBase | None,
        parent: BuiltImage | None,
        progress: Progress | None,
    ) -> BuiltImage:
        stands_on = parent.reference if parent else base.pinned if base else ""
        override = override_base(
            text, recipe, stands_on, self.bases.mirrored, named_contexts=self.named_contexts
        )
        tag = self.tag(recipe)
        build_request = request(
            recipe, override, self.project, self.settings, tag=tag, labels=self.labels, timeout=self.timeout
        )
        own = read_dockerignore(self.project, recipe.user) if recipe.user else ""
        if recipe.user:
            ignored = ignore_results(self.project, recipe.user, own, self.results)
            build_request = replace(build_request, dockerignore=ignored)
        built = self.engine.build(build_request, progress)
        lowest = parent or _use_unbuilt(base or PulledBase(""))
        result = replace(
            _result(_errored_if_too_old(built, override.text)),
            dockerfile=override.text,
            base=lowest.result.base,
            base_digest=lowest.result.base_digest,
            pull_seconds=base.seconds if base else 0.0,
        )
        return BuiltImage(
            result,
            built.image,
            tag if built.image else "",
            lowest.base,
            copied=override.text != text,
            contexts=override.contexts,
            ignores=bool(own),
        )

    def _text(self, recipe: Recipe) -> str:
        if recipe.user:
            return read_dockerfile(self.project, recipe.user)
        return recipe.text if self.mounts else without_mounts(recipe.text)


def _use_unbuilt(base: PulledBase) -> BuiltImage:
    if base.image is None:
        status = Status.FAILED if isinstance(base.error, ImageNotFound) else Status.ERRORED
        reason = base.error.in_one_line if base.error else "the base image is not there"
        return BuiltImage(
            BuildResult(status, base.seconds, base.seconds, reason=reason, base=base.reference),
            base=base.reference,
        )
    result = BuildResult(
        Status.PASSED,
        seconds=base.seconds,
        pull_seconds=base.seconds,
        base=base.reference,
        base_digest=base.image.digest,
    )
    return BuiltImage(result, base.image, base.pinned, base.pinned)


def _errored_if_too_old(built: EngineBuildResult, text: str) -> EngineBuildResult:
    """Return *built*, as errored if the builder is too old for the Dockerfile *text*."""
    why = explain_heredoc_error(text, built.error) if built.image is None else ""
    return replace(built, error=f"{built.error}: {why}", errored=True) if why else built


def _result(built: EngineBuildResult) -> BuildResult:
    """Return the result with untrusted output made plain."""
    if built.image is None:
        reason = f"took longer than its limit: {built.error}" if built.timed_out else built.error
    else:
        reason = ""
    return BuildResult(
        status=Status.PASSED if built.image else Status.ERRORED if built.errored else Status.FAILED,
        seconds=built.seconds,
        cached=bool(built.steps) and all(step.cached for step in built.steps if step.seconds),
        steps=tuple(map(_plain, built.steps)),
        reason=plain(reason),
        log=plain(built.log) if built.image is None else "",
        exit_code=built.exit_code,
    )


def _plain(step: BuildStep) -> BuildStep:
    return replace(step, name=plain(step.name), error=plain(step.error), log=plain(step.log))
