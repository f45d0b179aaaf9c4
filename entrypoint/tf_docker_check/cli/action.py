"""``action``: the command line as a GitHub Action; inputs come from the environment, results go to files."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.pipeline import publish
from tf_docker_check.pipeline.log import log, log_untrusted
from tf_docker_check.pipeline.outcome import evaluate
from tf_docker_check.pipeline.publish import Publication
from tf_docker_check.pipeline.remarks import Remarks

if TYPE_CHECKING:
    from tf_docker_check.gha.event import Context
    from tf_docker_check.gha.step import Step
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.recipe import Plan
    from tf_docker_check.model.results import Results
    from tf_docker_check.pipeline.check import Checked

Mode = Callable[["Step"], int]


def configure(_: argparse.ArgumentParser) -> None:
    """No arguments: the runner gives none."""


def run(_: argparse.Namespace) -> int:
    """Carry out the `mode` input; the exit code is the gate's, and decides the step."""
    from tf_docker_check.gha.commands import command, mask
    from tf_docker_check.gha.inputs import forget
    from tf_docker_check.gha.step import read_step

    given = dict(os.environ)
    forget(os.environ)
    log(mask(given.get("INPUT_GITHUB-TOKEN", "").strip()))
    try:
        step = read_step(given)
        return _mode(step.given.get("mode", "auto"))(step)
    except CheckError as error:
        log(command("error", str(error), title="tf-docker-check"))
        raise


def _mode(name: str) -> Mode:
    if name not in MODES:
        raise UsageError(f"there is no mode {name!r}", remedy=f"set `mode` to one of {', '.join(MODES)}")
    return MODES[name]


def _auto(step: Step) -> int:
    """Plan, run and report, all in this job."""
    config, plan = _prepare(step)
    remarks = Remarks()
    base = _baseline(step, step.run, remarks)
    results = _check(step, config, plan).results
    outcome = evaluate(results, base, config.fail_on, step.run)
    return publish.publish(Publication(step, step.run, outcome, remarks), publish.REPORTED)


def _plan(step: Step) -> int:
    """Output the cells as `matrix`, and leave the plan for the job that reports."""
    from tf_docker_check.gha.files import set_outputs
    from tf_docker_check.gha.names import PLAN
    from tf_docker_check.pipeline.parts import skeleton
    from tf_docker_check.pipeline.results_dir import RESULTS
    from tf_docker_check.plan.github import MOST_JOBS, requested_cells
    from tf_docker_check.plan.show import show
    from tf_docker_check.results.document import dump

    config, plan = _prepare(step)
    most = _jobs(step.given.get("max-jobs", str(MOST_JOBS)))
    matrix = show(plan, "github", config.runners, most)
    log_untrusted("\n".join([show(plan, "table"), *(f"note: {note}" for note in plan.notes)]))
    set_outputs(os.environ, {"matrix": matrix, "count": len(requested_cells(plan))})
    publish.hand_on({RESULTS: dump(skeleton(plan))}, PLAN, step, Remarks())
    return 0


def _run(step: Step) -> int:
    """Check the cells of this job, and leave the results for the job that reports."""
    from tf_docker_check.pipeline.parts import part
    from tf_docker_check.plan.github import part_slug, requested_cells

    config, plan = _prepare(step)
    results = part(_check(step, config, plan).results, chosen="cell" in step.given)
    outcome = evaluate(results, None, config.fail_on, step.run)
    publication = Publication(step, step.run, outcome, Remarks(), part=part_slug(requested_cells(plan)))
    return publish.publish(publication, publish.PART)


def _report(step: Step) -> int:
    """Merge what the jobs of this run have left, and report it."""
    from tf_docker_check.config.load import load_config
    from tf_docker_check.pipeline.parts import merge_parts

    remarks = Remarks()
    wishes = {"fail-on": step.given.get("fail-on", "")}
    fail_on = load_config(step.workspace, step.given.get("config", ""), wishes).fail_on
    results = merge_parts(_parts(step, remarks))
    outcome = evaluate(results, _baseline(step, step.run, remarks), fail_on, step.run)
    return publish.publish(Publication(step, step.run, outcome, remarks), publish.REPORTED)


def _report_forks(step: Step) -> int:
    """Comment for a run of a fork, which could not. Its verdict never fails this step."""
    from tf_docker_check.pipeline.forks import NothingToTell, load_reports

    try:
        pulls = load_reports(step.github, step.run, step.key)
    except NothingToTell as nothing:
        log_untrusted(nothing.in_one_line)
        return 0
    for pull in pulls:
        remarks = Remarks()
        base = _baseline(step, pull.run, remarks)
        outcome = evaluate(pull.results, base, step.given.get("fail-on", "new"), pull.run)
        publication = Publication(step, pull.run, outcome, remarks)
        publication.add_links(pull.links, publish.UNVERIFIED)
        publish.publish(publication, publish.FORK)
    return 0


def _nightly(step: Step) -> int:
    """Carry out a nightly run."""
    from tf_docker_check.cli import action_nightly

    config, plan = _prepare(step, fresh=True)
    with _logins(step):
        return action_nightly.run(step, config, plan)


def _explain(step: Step) -> int:
    """Explain why jobs of this run failed."""
    from tf_docker_check.pipeline.explain_jobs import explain_jobs

    return explain_jobs(step)


def _doctor(_: Step) -> int:
    """Check this runner and its engine."""
    from tf_docker_check.cli import doctor

    return doctor.run(argparse.Namespace(json=False, docker_host=""))


def _prepare(step: Step, *, fresh: bool = False) -> tuple[Config, Plan]:
    """The plan, where it may be carried out here: a pull request has written what it is made from."""
    from tf_docker_check.gha.event import refuse_to_build
    from tf_docker_check.pipeline.prepare import prepare
    from tf_docker_check.pipeline.secrets import refuse_outside
    from tf_docker_check.pipeline.trust import read_allowed, restrict

    refuse_to_build(step.run)
    allowed = read_allowed(step.given.get("allow", ""))
    config, plan = prepare(step.workspace, step.given.get("config", ""), step.given, fresh=fresh)
    refuse_outside(config, step.workspace)
    config, notes = restrict(config, step.run, allowed)
    return config, replace(plan, notes=(*plan.notes, *notes))


def _baseline(step: Step, run: Context, remarks: Remarks) -> Results | None:
    """The results to compare with. Raises UsageError for a file that is no results document."""
    from tf_docker_check.pipeline import baseline

    named = step.given.get("baseline", baseline.AUTO)
    if named == baseline.OFF:
        return None
    if named != baseline.AUTO:
        return baseline.from_file(step.workspace, named).results
    if not step.token:
        return None
    base = remarks.attempt(lambda: baseline.from_branch(step.github, run, step.key))
    if base and base.why_not:
        log_untrusted(f"nothing to compare with: {base.why_not}")
    return base.results if base else None


def _parts(step: Step, remarks: Remarks) -> tuple[Results, ...]:
    """The results that the jobs of this run left, in files that the input `results` names or as artifacts."""
    from tf_docker_check.pipeline import parts

    if "results" in step.given:
        return parts.from_files(step.workspace, step.given["results"])
    results, problems = parts.from_artifacts(step.runner, step.key)
    remarks.lines += problems
    return results


def _check(step: Step, config: Config, plan: Plan) -> Checked:
    from tf_docker_check.cli.session import WORKFLOW_LOG, Display, print_notes, running
    from tf_docker_check.gha import state
    from tf_docker_check.pipeline.check import check
    from tf_docker_check.pipeline.recorder import Origin
    from tf_docker_check.pipeline.results_dir import ResultsDir

    directory = ResultsDir(step.workspace, step.folder)
    display = Display(verbose=os.environ.get("RUNNER_DEBUG") == "1", log=WORKFLOW_LOG)
    origin = Origin(step.run.repository, step.run.head, step.run.attempt)
    announce = partial(state.save, os.environ)
    with _logins(step):
        print_notes(plan, display)
        with running(config, step.workspace, directory, display, origin=origin, announce=announce) as context:
            return check(context, plan)


@contextmanager
def _logins(step: Step) -> Iterator[None]:
    """While the block runs, docker and registries know the logins that the workflow handed over."""
    from tf_docker_check.engine.scratch import scratch_folder
    from tf_docker_check.gha.docker_config import take_over

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
    "explain": _explain,
    "doctor": _doctor,
}
