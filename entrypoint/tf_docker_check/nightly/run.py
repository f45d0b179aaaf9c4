"""Carry out one nightly run: from the files of earlier nights to those of this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tf_docker_check.errors import CheckError
from tf_docker_check.inspection.budget import Budget as InspectionBudget
from tf_docker_check.inspection.sources import InspectionOptions, from_registry
from tf_docker_check.model.config import Config
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.nightly import badge, history
from tf_docker_check.nightly import report as page
from tf_docker_check.nightly.bisect import Budget
from tf_docker_check.nightly.conclude import NightlyResult, conclude, mark_incomplete
from tf_docker_check.nightly.confirm import ConfirmedCell, confirm_failures, without_confirmation
from tf_docker_check.nightly.due import select_due_cells
from tf_docker_check.nightly.explain import Explainer
from tf_docker_check.nightly.night import Night
from tf_docker_check.nightly.previous import HISTORY, REPORT, WATCH, PreviousNights
from tf_docker_check.nightly.watch import UpstreamChanges, check_upstream, pip_resolver
from tf_docker_check.pipeline.context import RunContext
from tf_docker_check.pipeline.locking import pip_sets, standing
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.pipeline.run_state import Keeper
from tf_docker_check.project.write import publish
from tf_docker_check.registry.client import Registry
from tf_docker_check.upstream import document, lock, resolution

LOCK = "tf-docker-check.lock.json"
INSPECT_SECONDS = 600.0


def run_nightly(
    context: RunContext,
    plan: Plan,
    previous: PreviousNights,
    night: Night,
    keep: Callable[[NightlyResult], None],
) -> NightlyResult:
    """Query upstream, check the cells that are due, confirm failures, compare images, bisect.

    `keep` gets the nightly result before bisection, after it, and on an interrupt (which is raised again), so
    that no verdict is lost. A proposed lock is compared with `Config.lock`; the run itself does not use that
    lock. Raises CheckError if no engine can be reached though a cell is due.
    """
    registry = Registry(context.config.mirrors)
    try:
        return _NightlyRun(context, plan, previous, night, registry).execute(keep)
    finally:
        registry.close()


@dataclass(frozen=True)
class _NightlyRun:
    """What all steps of one nightly run share."""

    context: RunContext
    plan: Plan
    previous: PreviousNights
    night: Night
    registry: Registry

    @property
    def config(self) -> Config:
        """The configuration of the project."""
        return self.context.config

    def execute(self, keep: Callable[[NightlyResult], None]) -> NightlyResult:
        """Carry out every step; `keep` as in `run_nightly`."""
        upstream = self._check_upstream()
        due = select_due_cells(self.plan, upstream, self.previous.history, self.config)
        plan = replace(self.plan, cells=tuple(cell for cell in self.plan.cells if cell.cell.id in due))
        self.context.recorder.save(Results(notes=plan.notes))
        try:
            if plan.cells:
                self._run(plan, upstream.lock, self.context.recorder)
            cells = self.context.directory.results.cells
            confirmed = confirm_failures(plan, cells, upstream, self._check, self.config.nightly.confirm_runs)
        except (KeyboardInterrupt, CheckError):
            checked = without_confirmation(plan, self.context.directory.results.cells, upstream)
            keep(mark_incomplete(self._conclude(upstream, due, checked), self.previous.watched))
            raise
        result = self._conclude(upstream, due, confirmed)
        keep(result)
        result = self._explain(result, plan, [cell.cell for cell in confirmed])
        keep(result)
        return result

    def _check_upstream(self) -> UpstreamChanges:
        return check_upstream(
            self.config,
            self.plan,
            standing(self.plan, self.context.project),
            self.previous.watched,
            self.night,
            registry=self.registry,
            resolve=pip_resolver(self.config),
            listed=resolution.list_versions("tensorflow", self.config.build),
        )

    def _run(self, plan: Plan, images: Lock, keeper: Keeper | None = None) -> Results:
        """Build and check *plan* with its images as locked in *images*."""
        context = replace(self.context, config=replace(self.config, lock=images))
        return run_plan(context, plan, keeper)

    def _check(self, cells: Sequence[PlannedCell], images: Lock) -> Sequence[CellResult]:
        return self.context.recorder.complete(self._run(Plan(tuple(cells)), images)).cells

    def _conclude(
        self, upstream: UpstreamChanges, due: Mapping[str, str], cells: Sequence[ConfirmedCell]
    ) -> NightlyResult:
        result = conclude(
            self.config,
            self.plan,
            bases=standing(self.plan, self.context.project),
            upstream=upstream,
            due=due,
            cells=cells,
            past=self.previous.history,
            night=self.night,
        )
        notes = (*self.previous.notes, *result.report.notes)
        return replace(result, report=replace(result.report, notes=notes))

    def _explain(self, result: NightlyResult, plan: Plan, cells: Sequence[CellResult]) -> NightlyResult:
        """Add to each regression what changed, and which of the changes broke it."""
        explainer = Explainer(
            settings=self.config.nightly,
            platform=self.config.platform,
            plan=plan,
            cells=cells,
            records=result.history.records,
            earlier=self.previous.explained,
            good_packages=lambda planned: _good_packages(planned, self.config, self.previous),
            check=self._check,
            inspect=self._inspect,
            budget=Budget(self.config.nightly.bisect_minutes * 60),
        )
        regressions = tuple(map(explainer.explain, result.report.regressions))
        return replace(result, report=replace(result.report, regressions=regressions))

    def _inspect(self, reference: str) -> Inspection:
        budget = InspectionBudget(seconds=INSPECT_SECONDS)
        return from_registry(
            self.registry, reference, InspectionOptions(platform=self.config.platform, budget=budget)
        )


def night_files(result: NightlyResult) -> dict[str, bytes]:
    """Return the files that a nightly run writes next to its results, by name."""
    files = {
        REPORT: document.dump(result.report),
        "night.md": page.render(result.report).encode("utf-8", "replace"),
        HISTORY: history.dump(result.history),
        WATCH: document.dump(result.watched),
        "badge.json": badge.badge(result.history.records),
    }
    if result.history.damaged:
        lines = "".join(f"{line}\n" for line in result.history.damaged)
        files["history.damaged.txt"] = lines.encode("utf-8", "replace")
    if result.lock is not None:
        files[LOCK] = lock.dump(result.lock)
    return files


def write_night(folder: ResultsDir, result: NightlyResult) -> None:
    """Write the files of *result* into *folder*. Raises CheckError where that cannot be done."""
    publish(folder.root, folder.path, night_files(result))
    if result.lock is None:  # remove the proposal of an earlier night
        with suppress(OSError):
            (folder.root / folder.path / LOCK).unlink()


def _good_packages(planned: PlannedCell, config: Config, previous: PreviousNights) -> Mapping[str, str]:
    """Return the pip packages of *planned* when it passed last; empty where pip installs none."""
    return next(
        (previous.watched.good[name] for name in pip_sets(planned, config) if name in previous.watched.good),
        {},
    )
