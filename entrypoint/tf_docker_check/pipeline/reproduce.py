"""The command under each failing cell that shows the failure again with plain docker."""

from __future__ import annotations

from tf_docker_check.builder.builder import Ready
from tf_docker_check.builder.request import arguments, secrets
from tf_docker_check.errors import CheckError
from tf_docker_check.model.config import BuildSettings, Checks
from tf_docker_check.model.observation import Check
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.status import Status
from tf_docker_check.probe.commands import named
from tf_docker_check.probe.snippets import snippet
from tf_docker_check.report.reproduce import command


def reproduce(
    planned: PlannedCell,
    ready: Ready,
    checks: tuple[Check, ...],
    settings: BuildSettings,
    asked: Checks,
    *,
    named_contexts: bool,
) -> str:
    """Shell lines that build the image again on the same digest and repeat what failed first.

    Empty where the recipe cannot even be read, or where it is not known what it stands on.
    """
    base = ready.base or planned.recipe.base
    if not base and not ready.result.dockerfile:
        return ""
    failed = next((check for check in checks if check.status in {Status.FAILED, Status.ERRORED}), None)
    try:
        return command(
            planned.recipe,
            base,
            text=ready.result.dockerfile,
            snippet=_snippet(failed.name, asked) if failed and ready.image else "",
            options=asked.run_options,
            gpu=planned.gpu,
            build_args=arguments(settings),
            secrets=secrets(planned.recipe, _texts(planned.recipe, ready.result.dockerfile), settings),
            named_contexts=named_contexts,
        )
    except CheckError:
        return ""


def _texts(recipe: Recipe, own: str) -> str:
    """Every Dockerfile that is built for *recipe*, down to its base; its *own* as it was built."""
    below = recipe.parent
    return own + (_texts(below, below.text) if below else "")


def _snippet(check: str, asked: Checks) -> str:
    """Python that repeats the check of that name, a user's own command included."""
    if own := named(asked.commands).get(check):
        return f'import os; os.execlp("sh", "sh", "-c", {own!r})'
    return snippet(check) or snippet("import")
