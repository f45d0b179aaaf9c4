"""Carry out a plan; whatever happens, the results so far are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone

from tf_docker_check import __version__
from tf_docker_check.builder.bases import BasePuller, base_notes
from tf_docker_check.builder.builder import Builder, BuiltImage
from tf_docker_check.engine.labels import run_labels
from tf_docker_check.engine.protocol import Engine
from tf_docker_check.errors import CheckError
from tf_docker_check.host.capacity import ceiling, shortage, workers
from tf_docker_check.image.reference import add_digest, mirrored
from tf_docker_check.model.config import Config
from tf_docker_check.model.event import BuildEnded, BuildLine, BuildStarted, Observer, RunStarted
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.observation import BuildResult
from tf_docker_check.model.recipe import Plan, Recipe
from tf_docker_check.model.results import Results, RunInfo
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.pipeline.bug import describe_bug
from tf_docker_check.pipeline.cells import Checker, make_skipped_result
from tf_docker_check.pipeline.clear import clear, clear_folders
from tf_docker_check.pipeline.context import RunContext
from tf_docker_check.pipeline.machines import runner_machine
from tf_docker_check.pipeline.predict_cells import add_predictions
from tf_docker_check.pipeline.run_state import Keeper, RunState
from tf_docker_check.pipeline.schedule import run_plan_concurrently
from tf_docker_check.registry.client import Registry

ENDED = "the run ended before this cell had its verdict"


def run_plan(context: RunContext, plan: Plan, keeper: Keeper | None = None) -> Results:
    """Build and check every cell of *plan* and return the results.

    *keeper* gets each cell as it ends, and all results at the end and on an interrupt, which is raised again.
    Raises CheckError if no engine can be reached; if some can, the others cost only their own cells.
    """
    context.observe(RunStarted(len(plan.cells), plan.counts))
    run = RunInfo(
        __version__, datetime.now(timezone.utc).isoformat(timespec="seconds"), run_id=context.run_id
    )
    base = Results(run=run, excluded=plan.excluded, notes=plan.notes)
    state = RunState(base, context.observe, keeper)
    state.save()
    for planned in plan.cells:
        if planned.skip:
            state.add(make_skipped_result(planned))
    hosts = {runner.name: runner.docker_host for runner in context.config.runners}
    state.notes.extend(clear_folders())
    try:
        for host in dict.fromkeys(hosts.values()):
            selected = tuple(
                planned for planned in plan.cells if hosts[planned.cell.runner] == host and not planned.skip
            )
            if selected:
                part = replace(plan, cells=selected)
                _run_on(host, part, context, state)
    finally:
        state.close(plan, ENDED)
        state.sort(plan)
        state.save()
    if state.unreachable and not state.engines:
        raise state.unreachable[0]
    return state.results


def _run_on(
    host: str,
    plan: Plan,
    context: RunContext,
    state: RunState,
) -> None:
    """Carry out *plan* on the engine at *host*; if it cannot be reached, the cells are errored."""
    try:
        engine = context.connect(host)
    except CheckError as error:
        state.close(plan, error.in_one_line)
        state.unreachable.append(error)
        return
    labels = run_labels(context.run_id)
    try:
        state.notes.extend(clear(engine))
        _check_cells(engine, plan, context, state)
    except CheckError as error:
        state.close(plan, error.in_one_line)
    finally:
        state.close(plan, ENDED)
        state.save()  # cleaning up may take longer than we are given
        _leave(engine, labels, state)


def _leave(engine: Engine, labels: Mapping[str, str], state: RunState) -> None:
    """Remove what the run made, and close *engine*; where that fails, a note says what is left."""
    try:
        _sweep(engine, labels)
    except CheckError as error:
        ours = " ".join(f"--filter label={name}={value}" for name, value in labels.items())
        state.notes.append(
            f"some of what this run made may be left on the engine ({error.why or error.what}): "
            f"`docker ps -a {ours}` and `docker images {ours}` show it"
        )
    engine.close()


def _sweep(engine: Engine, labels: Mapping[str, str]) -> None:
    """Remove everything with *labels*, also where an interrupt, which comes only once, arrives meanwhile."""
    try:
        engine.sweep(labels)
    except KeyboardInterrupt:
        engine.sweep(labels)
        raise


def _with_locked_digest(reference: str, config: Config) -> str:
    return add_digest(reference, config.lock.digest(reference, config.platform))


def _check_cells(engine: Engine, plan: Plan, context: RunContext, state: RunState) -> None:
    config, labels = context.config, run_labels(context.run_id)
    info, free = engine.info(), engine.disk_free()
    state.engines.append(info)
    plan = add_predictions(
        config, plan, context.project, lambda runner: runner_machine(config, runner, info, free)
    )
    bases = BasePuller(
        engine,
        lambda reference: mirrored(_with_locked_digest(reference, config), config.mirrors),
        config.platform,
        config.limits.build_seconds,
        allows_again=allows_again,
    )
    builder = _builder(engine, info, bases, context)
    called = titles(plan)

    def abort(error: BaseException) -> None:
        """Save first: stopping the engine's work may take longer than we are given."""
        state.close(plan, error.in_one_line if isinstance(error, CheckError) else ENDED)
        state.save()
        engine.close()

    try:
        run_plan_concurrently(
            plan,
            workers(info.cpus, info.memory, free, config.limits.parallel),
            build=lambda recipe, parent: _build_and_announce(
                builder, recipe, parent, called[recipe.key], state.observe
            ),
            check=Checker(
                engine, config, labels, state.observe, context.project, _ceiling(info), context.secrets
            ).check,
            finished=state.add,
            abort=abort,
        )
    finally:
        state.notes.extend(base_notes(bases.pulled))


def allows_again(reference: str) -> bool:
    """Wait as long as the registry of *reference*, which refused a pull, asks; return whether it answers.

    The engine does not report Retry-After. A HEAD request for a manifest does not count as a pull.
    """
    registry = Registry()
    try:
        return bool(registry.head(registry.resolve(reference)))
    except CheckError:
        return False
    finally:
        registry.close()


def _ceiling(info: EngineInfo) -> str:
    """Return the limit; none on Podman, which without root and cgroup v2 refuses limited containers."""
    return ceiling(info.memory) if info.kind == "docker" else ""


def _builder(engine: Engine, info: EngineInfo, bases: BasePuller, context: RunContext) -> Builder:
    config, run_id = context.config, context.run_id
    reserve = config.limits.disk_reserve_gb
    return Builder(
        engine=engine,
        bases=bases,
        project=context.project,
        settings=config.build,
        labels=run_labels(run_id),
        tag=lambda recipe: f"tf-docker-check:{recipe.key}-{run_id}",
        named_contexts=info.named_contexts,
        mounts=info.builder != "classic",
        timeout=config.limits.build_seconds,
        results=context.directory.root / context.directory.path,
        shortage=lambda: shortage(engine.disk_free(), reserve),
    )


def _build_and_announce(
    builder: Builder, recipe: Recipe, parent: BuiltImage | None, title: str, observe: Observer
) -> BuiltImage:
    observe(BuildStarted(recipe.key, title))
    try:
        built = builder.build(recipe, parent, lambda line: observe(BuildLine(recipe.key, line)))
    except Exception as error:  # a bug costs only the cells of this Dockerfile
        built = BuiltImage(BuildResult(Status.ERRORED, reason=one_line(describe_bug(error, title))))
    observe(BuildEnded(recipe.key, built.result))
    return built


def titles(plan: Plan) -> Mapping[str, str]:
    """Return a title for each recipe, by its key: the images of the cells that need it."""
    names: dict[str, dict[str, None]] = {recipe.key: {} for recipe in plan.recipes}
    for planned in plan.cells:
        if not planned.skip:
            names[planned.recipe.key][planned.cell.image_id] = None
    return {
        recipe.key: ", ".join(names[recipe.key]) or f"base of others: {recipe.base}"
        for recipe in plan.recipes
    }
