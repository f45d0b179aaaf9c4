"""``action``: the command line as a GitHub Action; inputs come from the environment, results go to files."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tf_docker_check.cli.tell import Teller, say, tell
from tf_docker_check.errors import CheckError, UsageError

if TYPE_CHECKING:
    from tf_docker_check.gha.step import Step
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.recipe import Plan
    from tf_docker_check.pipeline.check import Checked

Mode = Callable[["Step"], int]


def configure(_: argparse.ArgumentParser) -> None:
    """No arguments: the runner gives none."""


def run(_: argparse.Namespace) -> int:
    """Carry out the `mode` input; the exit code is the gate's, and decides the step."""
    from tf_docker_check.gha.commands import command, mask  # noqa: PLC0415
    from tf_docker_check.gha.inputs import forget  # noqa: PLC0415
    from tf_docker_check.gha.step import read_step  # noqa: PLC0415

    given = dict(os.environ)
    forget(os.environ)
    say(mask(given.get("INPUT_GITHUB-TOKEN", "").strip()))
    try:
        step = read_step(given)
        return _mode(step.given.get("mode", "auto"))(step)
    except CheckError as error:
        say(command("error", str(error), title="tf-docker-check"))
        raise


def _mode(name: str) -> Mode:
    if name not in MODES:
        raise UsageError(f"there is no mode {name!r}", remedy=f"set `mode` to one of {', '.join(MODES)}")
    return MODES[name]


def _auto(step: Step) -> int:
    """Plan, run and report, all in this job."""
    config, plan = _prepared(step)
    teller = Teller(step)
    base = teller.base()
    checked = _checked(step, config, plan)
    return teller.report(checked.results, base, config.fail_on)


def _plan(step: Step) -> int:
    """Tell the cells as the output `matrix`, and the report what to expect."""
    from tf_docker_check.gha.files import set_outputs  # noqa: PLC0415
    from tf_docker_check.gha.names import PLAN  # noqa: PLC0415
    from tf_docker_check.pipeline.folder import RESULTS  # noqa: PLC0415
    from tf_docker_check.pipeline.parts import skeleton  # noqa: PLC0415
    from tf_docker_check.plan.github import MOST_JOBS, asked  # noqa: PLC0415
    from tf_docker_check.plan.show import show  # noqa: PLC0415
    from tf_docker_check.report.document import dump  # noqa: PLC0415

    config, plan = _prepared(step)
    most = _jobs(step.given.get("max-jobs", str(MOST_JOBS)))
    matrix = show(plan, "github", config.runners, most)
    tell("\n".join([show(plan, "table"), *(f"note: {note}" for note in plan.notes)]))
    set_outputs(os.environ, {"matrix": matrix, "count": len(asked(plan))})
    Teller(step).hand_on({RESULTS: dump(skeleton(plan))}, PLAN)
    return 0


def _run(step: Step) -> int:
    """Check the cells of this job, and hand the results on to the job that reports."""
    from tf_docker_check.pipeline.parts import part  # noqa: PLC0415
    from tf_docker_check.plan.github import asked, part_slug  # noqa: PLC0415

    config, plan = _prepared(step)
    results = part(_checked(step, config, plan).results, chosen="cell" in step.given)
    return Teller(step).part(results, part_slug(asked(plan)), config.fail_on)


def _report(step: Step) -> int:
    """Put together what the jobs of this run have left, and report it."""
    from tf_docker_check.config.load import load_config  # noqa: PLC0415
    from tf_docker_check.pipeline.parts import joined  # noqa: PLC0415

    teller = Teller(step)
    wishes = {"fail-on": step.given.get("fail-on", "")}
    fail_on = load_config(step.workspace, step.given.get("config", ""), wishes).fail_on
    results = joined(teller.parts())
    return teller.report(results, teller.base(), fail_on)


def _report_forks(step: Step) -> int:
    """Comment for a run that could not. What it has to tell never fails this one."""
    from tf_docker_check.pipeline.forks import NothingToTell, reported  # noqa: PLC0415

    try:
        found = reported(step.github, step.run, step.key)
    except NothingToTell as nothing:
        tell(nothing.in_one_line)
        return 0
    for each in found:
        Teller(step, each.run).comment_for(each.results, each.links, step.given.get("fail-on", "new"))
    return 0


def _nightly(step: Step) -> int:
    """A night: what moved upstream, whether it broke the project, and since when."""
    from tf_docker_check.cli import action_nightly  # noqa: PLC0415

    config, plan = _prepared(step, fresh=True)
    with _logins(step):
        return action_nightly.run(step, config, plan)


def _doctor(_: Step) -> int:
    """Whether this runner and its engine will do."""
    from tf_docker_check.cli import doctor  # noqa: PLC0415

    return doctor.run(argparse.Namespace(json=False, docker_host=""))


def _prepared(step: Step, *, fresh: bool = False) -> tuple[Config, Plan]:
    """The plan, where it may be carried out here: a pull request has written what it is made from."""
    from tf_docker_check.gha.event import refuse_to_build  # noqa: PLC0415
    from tf_docker_check.pipeline.prepare import prepare  # noqa: PLC0415
    from tf_docker_check.pipeline.secrets import refuse_outside  # noqa: PLC0415
    from tf_docker_check.pipeline.trust import read_allowed, restrict  # noqa: PLC0415

    refuse_to_build(step.run)
    allowed = read_allowed(step.given.get("allow", ""))
    config, plan = prepare(step.workspace, step.given.get("config", ""), step.given, fresh=fresh)
    refuse_outside(config, step.workspace)
    config, notes = restrict(config, step.run, allowed)
    return config, replace(plan, notes=(*plan.notes, *notes))


def _checked(step: Step, config: Config, plan: Plan) -> Checked:
    from tf_docker_check.cli.session import check_plan  # noqa: PLC0415
    from tf_docker_check.gha.commands import group, harmless  # noqa: PLC0415
    from tf_docker_check.pipeline.check import Origin  # noqa: PLC0415
    from tf_docker_check.pipeline.folder import Folder  # noqa: PLC0415
    from tf_docker_check.report.plain import Log  # noqa: PLC0415

    with _logins(step):
        return check_plan(
            config,
            plan,
            step.workspace,
            Folder(step.workspace, step.folder),
            verbose=os.environ.get("RUNNER_DEBUG") == "1",
            log=Log(harmless, group),
            origin=Origin(step.run.repository, step.run.head, step.run.attempt),
        )


@contextmanager
def _logins(step: Step) -> Iterator[None]:
    """While the block runs, docker and registries know the logins that the workflow handed over."""
    from tf_docker_check.engine.scratch import scratch_folder  # noqa: PLC0415
    from tf_docker_check.gha.docker_config import take_over  # noqa: PLC0415

    if "docker-config" not in step.given:
        yield
        return
    with scratch_folder() as home:
        take_over(step.given["docker-config"], step.runner, home)
        os.environ["DOCKER_CONFIG"] = str(home)
        yield


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= 256:
        raise UsageError(f"input max-jobs: {text[:80]!r} is not a whole number from 1 to 256")
    return int(text)


MODES: Mapping[str, Mode] = {
    "auto": _auto,
    "plan": _plan,
    "run": _run,
    "report": _report,
    "report-forks": _report_forks,
    "nightly": _nightly,
    "doctor": _doctor,
}
