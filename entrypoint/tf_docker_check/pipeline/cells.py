"""Check a built image and make the cell's result."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tf_docker_check.builder.builder import BuiltImage
from tf_docker_check.diagnose.cell import diagnose_cell
from tf_docker_check.engine.labels import CELL
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.image.reference import mirrored
from tf_docker_check.model.config import Checks, Config
from tf_docker_check.model.event import CellStarted, CheckEnded, Observer
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, ProbeRun
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, tail
from tf_docker_check.pipeline.bug import describe_bug
from tf_docker_check.pipeline.reproduce import reproduce
from tf_docker_check.pipeline.scripts import scripts_of
from tf_docker_check.pipeline.verdict import configured_limits, keeps_from_judging
from tf_docker_check.probe.run import run_ladder

OUTPUT_LINES = 200
"""How much of what a container printed is kept in the results."""


@dataclass(frozen=True)
class Checker:
    """Checks cells in their images on one engine for one run.

    `project` is the folder that build contexts are in; `ceiling` the memory limit of containers without a
    configured one, as docker writes it; `private` are values that no command may show.
    """

    engine: Engine
    config: Config
    labels: Mapping[str, str]
    observe: Observer
    project: Path = Path()
    ceiling: str = ""
    private: Collection[str] = ()

    def check(self, planned: PlannedCell, built: BuiltImage) -> CellResult:
        """Run the checks if there is an image, and diagnose. A bug of ours affects this cell only."""
        try:
            return self._check(planned, built)
        except Exception as error:
            return make_errored_result(planned, one_line(describe_bug(error, planned.cell.id)), built)

    def _check(self, planned: PlannedCell, built: BuiltImage) -> CellResult:
        started = time.monotonic()
        try:
            run = self._run_checks(planned, built.image) if built.image else None
        except CheckError as error:
            return make_errored_result(planned, error.in_one_line, built)
        limits = configured_limits(self.config.checks.run_options)
        seconds = time.monotonic() - started
        scripts = partial(self._scripts, planned.recipe)
        result = judge_cell(planned, built, run, seconds, limits=limits, room=self._room, scripts=scripts)
        return replace(result, reproduce=self._reproduce(planned, built, result))

    def _room(self) -> int | None:
        """Return the bytes free on the engine's disk; None if unknown."""
        try:
            return self.engine.disk_free()
        except CheckError:
            return None

    def _scripts(self, recipe: Recipe, command: str) -> Iterable[str]:
        """Return the texts of the files in the build context that *command* names."""
        return scripts_of(command, self.project / recipe.user.context) if recipe.user else ()

    def _reproduce(self, planned: PlannedCell, built: BuiltImage, result: CellResult) -> str:
        if result.status is Status.PASSED:
            return ""
        return reproduce(
            planned,
            built,
            result,
            settings=self.config.build,
            checks=self._checks(),
            private=self.private,
        )

    def _checks(self) -> Checks:
        options = self.config.checks.run_options
        bounded = replace(options, memory=options.memory or self.ceiling)
        return replace(self.config.checks, run_options=bounded)

    def _run_checks(self, planned: PlannedCell, image: Image) -> ProbeRun:
        self.observe(CellStarted(planned.cell.id))
        checks = self._checks()
        return run_ladder(
            self.engine,
            image,
            asked_tensorflow=planned.cell.tensorflow,
            checks=replace(checks, commands=(), distributed_commands=()) if planned.base.added else checks,
            gpu=planned.gpu,
            timeout=planned.timeout,
            labels={**self.labels, CELL: planned.cell.id},
            peer=self._peer(checks.distributed_peer),
            on_check=lambda check: self.observe(CheckEnded(planned.cell.id, check)),
        )

    def _peer(self, reference: str) -> Image | None:
        """Return that image, pulled from its mirror if the engine does not have it."""
        if not reference:
            return None
        known = self.engine.inspect(reference)
        return known or self.engine.pull(mirrored(reference, self.config.mirrors), self.config.platform)


def judge_cell(
    planned: PlannedCell,
    built: BuiltImage,
    run: ProbeRun | None,
    seconds: float,
    *,
    limits: Mapping[str, str],
    room: Callable[[], int | None],
    scripts: Callable[[str], Iterable[str]],
) -> CellResult:
    """Make the result of a cell from its build and checks.

    *limits* are those that the configuration sets; *room* returns how much the engine's disk has left,
    *scripts* the texts of the project's files that a build step's command names.
    """
    checks = run.checks if run else ()
    status = combine_statuses(built.result.status, checks)
    findings, noise = diagnose_cell(build=built.result, run=run, gpu=planned.gpu, cell=planned.cell)
    if status is Status.PASSED:
        findings = ()
    failed = status is Status.FAILED and findings
    if failed and keeps_from_judging(
        findings[0], built.result, run, limits=limits, room=room, scripts=scripts
    ):
        status = Status.ERRORED
    return CellResult(
        id=planned.cell.id,
        cell=planned.cell,
        status=status,
        gpu=planned.gpu.value,
        reason="" if status is Status.PASSED else describe_first_failure(built.result.reason, checks),
        findings=findings,
        build=built.result,
        image=built.image,
        checks=checks,
        exit=run.exit if run else None,
        facts=run.facts if run else {},
        limits=limits,
        output=tail(run.output, OUTPUT_LINES) if run and status is not Status.PASSED else "",
        seconds=seconds,
        predicted=planned.predicted,
        base=planned.base,
        noise=tuple(dict.fromkeys(replace(one, line=0) for one in noise)),
    )


def make_errored_result(planned: PlannedCell, reason: str, built: BuiltImage | None = None) -> CellResult:
    """Make the result of a cell that could not be checked for *reason*, which is not its image's fault."""
    return CellResult(
        id=planned.cell.id,
        cell=planned.cell,
        status=Status.ERRORED,
        gpu=planned.gpu.value,
        reason=reason,
        build=built.result if built else None,
        image=built.image if built else None,
        predicted=planned.predicted,
        base=planned.base,
    )


def make_skipped_result(planned: PlannedCell) -> CellResult:
    """Make the result of a cell that the plan skips."""
    cell, gpu = planned.cell, planned.gpu.value
    return CellResult(cell.id, cell, Status.SKIPPED, gpu, planned.skip, base=planned.base)


def combine_statuses(build: Status, checks: tuple[Check, ...]) -> Status:
    """Return a cell's status; a failure counts even where another check errored."""
    if build is not Status.PASSED:
        return build
    seen = {check.status for check in checks}
    for status in (Status.FAILED, Status.ERRORED, Status.PASSED):
        if status in seen:
            return status
    return Status.ERRORED


def describe_first_failure(build_reason: str, checks: tuple[Check, ...]) -> str:
    """Describe in one line what went wrong first."""
    if build_reason:
        return build_reason
    for status in (Status.FAILED, Status.ERRORED):
        for check in checks:
            if check.status is status:
                return f"{check.name}: {check.reason}"
    return "no check has a result"
