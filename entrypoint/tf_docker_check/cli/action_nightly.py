"""The mode `nightly` of the action: from the artifacts of earlier nights to issues, outputs and a new artifact."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tf_docker_check.errors import UsageError
from tf_docker_check.pipeline import publish
from tf_docker_check.pipeline.log import log_untrusted
from tf_docker_check.pipeline.remarks import Remarks
from tf_docker_check.project.read import is_folder, is_inside

if TYPE_CHECKING:
    from tf_docker_check.gha.step import Step
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.recipe import Plan
    from tf_docker_check.nightly.conclude import NightlyResult
    from tf_docker_check.nightly.night_report import NightReport
    from tf_docker_check.nightly.previous import PreviousNights
    from tf_docker_check.pipeline.results_dir import ResultsDir


def run(step: Step, config: Config, plan: Plan) -> int:
    """Carry out a nightly run and publish it; return 1 with regressions, 3 where something errored, else 0.

    An interrupted run leaves what it knows as its artifact.
    """
    from tf_docker_check.gha.names import NIGHT
    from tf_docker_check.nightly.publish import publish_to_github
    from tf_docker_check.pipeline import locking
    from tf_docker_check.pipeline.results_dir import ResultsDir

    config = replace(config, lock=locking.read(step.workspace))
    remarks, folder = Remarks(), ResultsDir(step.workspace, step.folder)
    kept: list[NightlyResult] = []
    try:
        _run_nightly(step, config, plan, folder, kept.append)
        if step.token:
            kept.append(publish_to_github(kept[-1], config, step.github, step.run, remarks))
        else:
            remarks.lines.append("no issue was opened or updated: the step has no `github-token`")
    finally:
        if kept:
            publish.hand_on(_files(folder, kept[-1]), NIGHT, step, remarks)
    report = kept[-1].report
    _show(step, report)
    return 0 if config.fail_on == "never" else report.exit_code


def _run_nightly(
    step: Step, config: Config, plan: Plan, folder: ResultsDir, keep: Callable[[NightlyResult], None]
) -> None:
    from tf_docker_check.cli.session import WORKFLOW_LOG, Display, running
    from tf_docker_check.gha import state
    from tf_docker_check.nightly.night import start_night
    from tf_docker_check.nightly.run import run_nightly

    night, previous = start_night(step.run.run_number, step.run.attempt), _previous_nights(step)
    display, announce = Display(log=WORKFLOW_LOG), partial(state.save, os.environ)
    with running(config, step.workspace, folder, display, announce=announce) as context:
        run_nightly(context, plan, previous, night, keep)


def _previous_nights(step: Step) -> PreviousNights:
    from tf_docker_check.nightly import previous
    from tf_docker_check.pipeline import baseline

    named = step.given.get("baseline", baseline.AUTO)
    if named == baseline.OFF:
        return previous.PreviousNights()
    if named == baseline.AUTO:
        return previous.load_from_runs(step.github, step.run, step.key)
    folder = step.workspace / named
    if not is_inside(folder, step.workspace) or not is_folder(folder):
        raise UsageError(f"input baseline: {named!r} is no folder of the workspace")
    return previous.load_from_folders([folder])


def _files(folder: ResultsDir, result: NightlyResult) -> dict[str, bytes]:
    """The files of a nightly run, and those of any run: logs of what failed and how to reproduce it."""
    from tf_docker_check.nightly.run import night_files
    from tf_docker_check.pipeline.documents import documents
    from tf_docker_check.report import markdown

    return {**documents(folder.results, markdown.render(folder.results)), **night_files(result)}


def _show(step: Step, report: NightReport) -> None:
    from tf_docker_check.gha.files import add_summary, set_outputs
    from tf_docker_check.nightly.report import render

    page = render(report)
    log_untrusted(page)
    set_outputs(os.environ, _outputs(report) | {"results-path": f"{step.folder}/results.json"})
    if step.wants("summary"):
        add_summary(os.environ, lambda limit: page.encode()[:limit].decode(errors="ignore"))


def _outputs(report: NightReport) -> dict[str, object]:
    ends = Counter(report.ends.values())
    first = next((issue for issue in report.issues if issue.number), None)
    return {
        "conclusion": {0: "success", 1: "failure"}.get(report.exit_code, "neutral"),
        **{name: ends[name] for name in ("passed", "failed", "errored", "skipped")},
        "regressions": len(report.regressions),
        "issue-number": first.number if first else "",
        "issue-url": first.url if first else "",
        "proposal-url": report.proposal_url,
    }
