"""A whole night, from what earlier ones left to what this one leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from tf_docker_check.diagnose.blame import blamed
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.gha import state
from tf_docker_check.inspection.budget import Budget as Room
from tf_docker_check.inspection.sources import Wish, from_registry
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import Event, Observer
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.nightly import Night, Regression
from tf_docker_check.model.private import hidden
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.pipeline import nightly, suspects, watching
from tf_docker_check.pipeline.check import run_id
from tf_docker_check.pipeline.folder import Folder
from tf_docker_check.pipeline.locking import pip_sets, standing
from tf_docker_check.pipeline.nightly import Came, Check
from tf_docker_check.pipeline.past import HISTORY, REPORT, WATCH, Past
from tf_docker_check.pipeline.reproduce import without_secrets
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.pipeline.secrets import confidences
from tf_docker_check.project.write import publish
from tf_docker_check.registry.client import Registry
from tf_docker_check.report import night as page
from tf_docker_check.report.gate import apply_known
from tf_docker_check.upstream import badge, bisect, document, history, lock, resolution

LOCK = "tf-docker-check.lock.json"
INSPECT_SECONDS = 600.0


def overnight(
    config: Config,
    plan: Plan,
    past: Past,
    night: Night,
    *,
    project: Path,
    folder: Folder,
    observe: Observer,
    keep: Callable[[Came], None],
    engine: Callable[[str], Engine] = connect,
    environment: Mapping[str, str] = os.environ,
) -> Came:
    """Watch, check what is due, confirm, compare, bisect. The results go into *folder*.

    `keep` gets what the night came to before the changes are searched, and again after, or when it is
    stopped, so that an interrupt, which passes through here, loses no verdict. `Config.lock` is what
    the proposal is measured by; the night itself does not stand on it. Raises CheckError where no
    engine can be had though something is due.
    """
    registry = Registry(config.mirrors)
    private = confidences(config, project, environment)
    run = run_id(environment)
    state.save(environment, run, dict.fromkeys(runner.docker_host for runner in config.runners))

    def tell(event: Event) -> None:
        observe(hidden(event, private))

    def known(found: Results) -> Results:
        today = datetime.now(timezone.utc).date()
        return without_secrets(apply_known(blamed(found), config.known_failures, today), private)

    def checked(part: Plan, images: Lock, kept: Callable[[Results], None]) -> Results:
        on = replace(config, lock=images)
        return run_plan(
            on, part, engine, project=project, run_id=run, observe=tell, keep=kept, private=private
        )

    def check(cells: Sequence[PlannedCell], images: Lock) -> Sequence[CellResult]:
        return known(checked(Plan(tuple(cells)), images, lambda _: None)).cells

    try:
        bases = standing(plan, project)
        seen = watching.look(
            config,
            plan,
            bases,
            past.watched,
            night,
            registry=registry,
            resolve=watching.resolver(config),
            listed=resolution.listed("tensorflow", config.build),
        )
        why = nightly.chosen(plan, seen, past.history, config)
        part = replace(plan, cells=tuple(each for each in plan.cells if each.cell.id in why))

        def concluded(judged: Sequence[nightly.Judged]) -> Came:
            came = nightly.concluded(
                config, plan, bases=bases, seen=seen, why=why, judged=judged, past=past.history, night=night
            )
            return replace(came, report=replace(came.report, notes=(*past.notes, *came.report.notes)))

        folder.keep(Results(notes=plan.notes))
        try:
            if part.cells:
                checked(part, seen.lock, lambda found: folder.keep(known(found)))
            judged = nightly.confirmed(part, folder.results.cells, seen, check, config.nightly.confirm_runs)
        except (KeyboardInterrupt, CheckError):
            left = nightly.unconfirmed(part, folder.results.cells, seen)
            keep(nightly.cut_short(concluded(left), past.watched))
            raise
        came = concluded(judged)
        keep(came)
        came = _explained(came, config, part, judged, past=past, registry=registry, check=check)
        keep(came)
        return came
    finally:
        registry.close()


def files(came: Came) -> dict[str, bytes]:
    """Everything the night leaves but its results, by name."""
    found = {
        REPORT: document.dump(came.report),
        "night.md": page.render(came.report).encode("utf-8", "replace"),
        HISTORY: history.dump(came.history),
        WATCH: document.dump(came.watched),
        "badge.json": badge.badge(came.history.records),
    }
    if came.history.damaged:
        lines = "".join(f"{line}\n" for line in came.history.damaged)
        found["history.damaged.txt"] = lines.encode("utf-8", "replace")
    if came.lock is not None:
        found[LOCK] = lock.dump(came.lock)
    return found


def write(folder: Folder, came: Came) -> None:
    """Put all of it into *folder*. Raises CheckError where that cannot be done."""
    publish(folder.root, folder.path, files(came))
    if came.lock is None:  # an earlier night's proposal is none of this night's
        with suppress(OSError):
            (folder.root / folder.path / LOCK).unlink()


def _explained(
    came: Came,
    config: Config,
    plan: Plan,
    judged: Sequence[nightly.Judged],
    *,
    past: Past,
    registry: Registry,
    check: Check,
) -> Came:
    """*came* with what changed in each regression, and which of it did it."""
    budget = bisect.Budget(config.nightly.bisect_minutes * 60)

    def inspect(reference: str) -> Inspection:
        return from_registry(
            registry, reference, Wish(platform=config.platform, budget=Room(seconds=INSPECT_SECONDS))
        )

    def explained(found: Regression) -> Regression:
        if known := suspects.explained(found, past.explained):
            return known
        try:
            return search(found)
        except CheckError as error:
            return replace(found, notes=(*found.notes, f"the search ended early: {error.in_one_line}"))

    def search(found: Regression) -> Regression:
        planned = next(each for each in plan.cells if each.cell.id == found.cells[0])
        good = _good_packages(planned, config, past)
        if config.nightly.bisect:
            narrow = suspects.narrowed(
                found,
                planned,
                came.history.records,
                check=check,
                platform=config.platform,
                budget=budget,
            )
            found = suspects.between(found, narrow, came.history.records)
        found, atoms = suspects.compared(found, inspect)
        now = suspects.packages_of([each.cell for each in judged], found.cells[0])
        moved = suspects.of_packages(good, now) if good and now else ()
        found = suspects.with_packages(found, moved)
        if not (config.nightly.bisect and found.last_good.when and found.digest):
            return found  # nothing to start from, or the image is gone
        searched = suspects.searched(
            found, planned, (*moved, *atoms), good_packages=good, check=check, budget=budget
        )
        return replace(found, bisected=searched)

    return replace(
        came, report=replace(came.report, regressions=tuple(map(explained, came.report.regressions)))
    )


def _good_packages(planned: PlannedCell, config: Config, past: Past) -> Mapping[str, str]:
    """What pip had put under *planned* when that passed last; nothing where pip puts nothing."""
    return next(
        (past.watched.good[name] for name in pip_sets(planned, config) if name in past.watched.good), {}
    )
