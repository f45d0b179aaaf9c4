"""Make the command that reproduces a failing cell with plain docker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tf_docker_check.builder.builder import BuiltImage
from tf_docker_check.builder.request import arguments, secrets
from tf_docker_check.errors import CheckError
from tf_docker_check.model.config import BuildSettings, Checks
from tf_docker_check.model.observation import COMMAND, WORKERS, Check
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.redact import redact
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.probe.commands import name_commands
from tf_docker_check.probe.snippets import snippet
from tf_docker_check.report.reproduce import Build, Start, command, not_shown
from tf_docker_check.results.cells import decisive, pinned_base

_NOT_BEGUN = "the cell's time was used up before the check began"
_APART = "two workers met on a network of their own, which takes more than a command"
_ONLY_HERE = "the check compares what no single command shows"
_LIMITED = "the limit on processes is so low that it matters how many the check itself uses"
_FEW_PROCESSES = 64
"""A limit on processes below which those of the checks themselves, two or three more than a command's, count."""


def reproduce(
    planned: PlannedCell,
    built: BuiltImage,
    result: CellResult,
    *,
    settings: BuildSettings,
    checks: Checks,
    private: Collection[str] = (),
) -> str:
    """Return shell lines that build the image on the same digest and repeat what decided the cell's status.

    If no such lines can be shown, a comment says why. Empty if the recipe cannot be read, if its base is
    unknown, or if there is nothing to repeat.
    """
    recipe, check = planned.recipe, decisive(result) if built.image else None
    base = built.base or pinned_base(built.result) or recipe.base
    if recipe.parent and not built.base:
        recipe = recipe.parent  # which is as far as it came
    known = base or built.result.dockerfile
    if not known or (built.image and not check):
        return ""
    start = _start(check, planned, result, checks) if check else None
    if check and (why := _why_not(check, start, result)):
        return not_shown(why)
    build = Build(
        built.result.dockerfile,
        arguments(settings),
        secrets(recipe, _texts(recipe, built.result.dockerfile), settings),
        built.copied,
        built.contexts,
        built.ignores,
        private,
    )
    try:
        return command(recipe, base, build, start)
    except CheckError:
        return ""


def without_secrets(results: Results, private: Collection[str]) -> Results:
    """Return *results* without *private* values; a command that contains one is not shown."""
    shown = redact(results, private)
    why = not_shown("they would hold a value that is given in confidence")
    cells = (
        new if new.reproduce == old.reproduce else replace(new, reproduce=why)
        for new, old in zip(shown.cells, results.cells, strict=True)
    )
    return replace(shown, cells=tuple(cells))


def _texts(recipe: Recipe, own: str) -> str:
    """Return every Dockerfile that is built for *recipe*, down to its base; *own* is its own as built."""
    below = recipe.parent
    return own + (_texts(below, below.text) if below else "")


def _start(check: Check, planned: PlannedCell, result: CellResult, checks: Checks) -> Start | None:
    """Return what repeats *check*, also a user's command; None if nothing short does."""
    if own := name_commands(checks.commands).get(check.name):
        return Start("sh", ("-c", own), checks.run_options, planned.gpu)
    code = snippet(check, planned.cell.tensorflow)
    return Start(_python(result), ("-c", code), checks.run_options, planned.gpu) if code else None


def _why_not(check: Check, start: Start | None, result: CellResult) -> str:
    """Return why *check* cannot be repeated by *start*; empty where it can."""
    if not check.began:
        return _NOT_BEGUN
    if start is None:
        return _APART if check.name.startswith(("distributed-", WORKERS)) else _ONLY_HERE
    return _LIMITED if not check.name.startswith(COMMAND) and _limits_processes(result) else ""


def _limits_processes(result: CellResult) -> bool:
    limits = (result.facts.get(name) for name in ("limits.pids", "limits.processes"))
    return any(isinstance(limit, int) and 0 < limit < _FEW_PROCESSES for limit in limits)


def _python(result: CellResult) -> str:
    """Return the name by which the image's Python was found on its PATH, `python3` before `python`."""
    name = str(result.facts.get("python.executable") or "").rpartition("/")[2]
    return name if name == "python" else "python3"
