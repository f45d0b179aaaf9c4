"""A plan becomes results; whatever happens on the way, what was found so far is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from tf_docker_check import __version__
from tf_docker_check.build.bases import Bases, notes
from tf_docker_check.build.builder import Builder, Ready
from tf_docker_check.engine.labels import of_run
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.host.capacity import shortage, workers
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import BuildEnded, BuildLine, BuildStarted, CellEnded, Observer, RunStarted
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.recipe import Plan, Recipe
from tf_docker_check.model.results import CellResult, Results, RunInfo
from tf_docker_check.pipeline.cells import Checker, skipped, unjudged
from tf_docker_check.pipeline.foresee import foreseen
from tf_docker_check.pipeline.machines import runner_machine
from tf_docker_check.pipeline.schedule import work_off
from tf_docker_check.registry.reference import mirrored


@dataclass
class Ledger:
    """The results so far. `keep` is called with all of them after every change."""

    base: Results
    observe: Observer
    keep: Callable[[Results], None]
    started: float = field(default_factory=time.monotonic)
    cells: dict[str, CellResult] = field(default_factory=dict)
    engines: list[EngineInfo] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, result: CellResult) -> None:
        """Record a verdict, tell it, keep it."""
        self.cells[result.id] = result
        self.observe(CellEnded(result))
        self.keep(self.results)

    @property
    def results(self) -> Results:
        """Everything known now."""
        return replace(
            self.base,
            run=replace(self.base.run, seconds=round(time.monotonic() - self.started, 3)),
            engines=tuple(self.engines),
            cells=tuple(self.cells.values()),
            notes=(*self.base.notes, *self.notes),
        )


def run_plan(
    config: Config,
    plan: Plan,
    connect: Callable[[str], Engine],
    *,
    project: Path,
    run_id: str,
    observe: Observer,
    keep: Callable[[Results], None],
) -> Results:
    """Build and check every cell of *plan* and return the results.

    `connect` takes a runner's docker host (empty: this machine's engine). `keep` gets the results so
    far after every cell, so that an interrupt, which passes through here, loses nothing.
    """
    observe(RunStarted(len(plan.cells), len(plan.recipes)))
    run = RunInfo(__version__, datetime.now(timezone.utc).isoformat(timespec="seconds"), run_id=run_id)
    ledger = Ledger(Results(run=run, excluded=plan.excluded, notes=plan.notes), observe, keep)
    for planned in plan.cells:
        if planned.skip:
            ledger.add(skipped(planned))
    hosts = {runner.name: runner.docker_host for runner in config.runners}
    for host in dict.fromkeys(hosts.values()):
        here = tuple(each for each in plan.cells if hosts[each.cell.runner] == host and not each.skip)
        if here:
            part = replace(plan, cells=here)
            _run_on(host, part, config=config, connect=connect, project=project, ledger=ledger)
    ledger.cells = {each.cell.id: ledger.cells[each.cell.id] for each in plan.cells}  # the plan's order
    keep(ledger.results)
    return ledger.results


def _run_on(
    host: str,
    plan: Plan,
    *,
    config: Config,
    connect: Callable[[str], Engine],
    project: Path,
    ledger: Ledger,
) -> None:
    """Work off *plan* on the engine at *host*; an engine that cannot be had leaves its cells unjudged."""
    try:
        engine = connect(host)
        info = engine.info()
    except CheckError as error:
        for planned in plan.cells:
            ledger.add(unjudged(planned, error.in_one_line))
        return
    ledger.engines.append(info)
    free = engine.disk_free()
    plan = foreseen(config, plan, project, lambda runner: runner_machine(config, runner, info, free))
    labels = of_run(ledger.base.run.run_id)
    bases = Bases(engine, lambda reference: mirrored(reference, config.mirrors), config.platform)
    builder = _builder(engine, info, bases, config, project=project, run_id=ledger.base.run.run_id)
    called = titles(plan)
    try:
        work_off(
            plan,
            workers(info.cpus, info.memory, free, config.limits.parallel),
            build=lambda recipe, parent: _announced(
                builder, recipe, parent, called[recipe.key], ledger.observe
            ),
            check=Checker(engine, config, labels, ledger.observe, info.named_contexts),
            finished=ledger.add,
            abort=engine.close,
        )
    finally:
        ledger.notes.extend(notes(bases.pulled))
        for planned in plan.cells:
            if planned.cell.id not in ledger.cells:
                ledger.add(unjudged(planned, "the run ended before this cell had its verdict"))
        engine.sweep(labels)
        engine.close()


def _builder(
    engine: Engine, info: EngineInfo, bases: Bases, config: Config, *, project: Path, run_id: str
) -> Builder:
    reserve = config.limits.disk_reserve_gb
    return Builder(
        engine=engine,
        bases=bases,
        project=project,
        settings=config.build,
        labels=of_run(run_id),
        tag=lambda recipe: f"tf-docker-check:{recipe.key}-{run_id}",
        named_contexts=info.named_contexts,
        mounts=info.builder != "classic",
        timeout=config.limits.build_seconds,
        shortage=lambda: shortage(engine.disk_free(), reserve),
    )


def _announced(
    builder: Builder, recipe: Recipe, parent: Ready | None, title: str, observe: Observer
) -> Ready:
    observe(BuildStarted(recipe.key, title))
    ready = builder(recipe, parent, lambda line: observe(BuildLine(recipe.key, line)))
    observe(BuildEnded(recipe.key, ready.result))
    return ready


def titles(plan: Plan) -> Mapping[str, str]:
    """What people call each recipe: the images of the cells that ask for it, by the recipe's key."""
    asked: dict[str, dict[str, None]] = {recipe.key: {} for recipe in plan.recipes}
    for planned in plan.cells:
        if not planned.skip:
            asked[planned.recipe.key][planned.cell.image_id] = None
    return {
        recipe.key: ", ".join(asked[recipe.key]) or f"base of others: {recipe.base}"
        for recipe in plan.recipes
    }
