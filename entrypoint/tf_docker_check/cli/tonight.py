"""A night as a step of a workflow: from the artifacts of earlier ones to issues, outputs and its own."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from tf_docker_check.cli.tell import Teller, tell
from tf_docker_check.errors import UsageError
from tf_docker_check.project.read import is_folder, is_inside

if TYPE_CHECKING:
    from tf_docker_check.gha.step import Step
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.nightly import Night, NightReport
    from tf_docker_check.model.recipe import Plan
    from tf_docker_check.pipeline.folder import Folder
    from tf_docker_check.pipeline.nightly import Came
    from tf_docker_check.pipeline.past import Past


def tonight(step: Step, config: Config, plan: Plan) -> int:
    """Watch, check what is due, tell; 1 with regressions, 3 where something could not be judged, else 0.

    A night that is cut short leaves what it knows as its artifact.
    """
    from tf_docker_check.gha.names import NIGHT  # noqa: PLC0415
    from tf_docker_check.pipeline import locking  # noqa: PLC0415
    from tf_docker_check.pipeline.folder import Folder  # noqa: PLC0415
    from tf_docker_check.pipeline.morning import told  # noqa: PLC0415

    config = replace(config, lock=locking.read(step.workspace))
    teller, folder = Teller(step), Folder(step.workspace, step.folder)
    known: list[Came] = []
    try:
        _pass(step, config, plan, folder, known)
        if step.token:
            known.append(told(known[-1], config, step.github, step.run, teller.remarks))
        else:
            teller.remarks.lines.append("no issue was looked at: the step has no `github-token`")
    finally:
        if known:
            teller.hand_on(_files(folder, known[-1]), NIGHT)
    report = known[-1].report
    _show(step, report)
    return 0 if config.fail_on == "never" else report.exit_code


def _pass(step: Step, config: Config, plan: Plan, folder: Folder, known: list[Came]) -> None:
    """The night itself; what it comes to is added to *known* as soon as it is."""
    from tf_docker_check.cli.stop import stoppable  # noqa: PLC0415
    from tf_docker_check.gha.commands import group, harmless  # noqa: PLC0415
    from tf_docker_check.pipeline.overnight import overnight  # noqa: PLC0415
    from tf_docker_check.report.plain import Log  # noqa: PLC0415
    from tf_docker_check.report.progress import progress  # noqa: PLC0415

    past, log = _past(step), Log(harmless, group)
    with stoppable(), progress(sys.stderr, quiet=False, verbose=False, log=log) as observe:
        overnight(
            config,
            plan,
            past,
            _night(step),
            project=step.workspace,
            folder=folder,
            observe=observe,
            keep=known.append,
        )


def _past(step: Step) -> Past:
    from tf_docker_check.pipeline import baseline, past  # noqa: PLC0415

    named = step.given.get("baseline", baseline.AUTO)
    if named == baseline.OFF:
        return past.Past()
    if named == baseline.AUTO:
        return past.from_runs(step.github, step.run, step.key)
    folder = step.workspace / named
    if not is_inside(folder, step.workspace) or not is_folder(folder):
        raise UsageError(f"input baseline: {named!r} is no folder of the workspace")
    return past.from_folders([folder])


def _night(step: Step) -> Night:
    from tf_docker_check.model.nightly import Night  # noqa: PLC0415

    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return Night(step.run.run_number, step.run.attempt, now)


def _files(folder: Folder, came: Came) -> dict[str, bytes]:
    """The night's, and those of a run: logs of what failed and how to see it again."""
    from tf_docker_check.pipeline.documents import documents  # noqa: PLC0415
    from tf_docker_check.pipeline.overnight import files  # noqa: PLC0415
    from tf_docker_check.report import markdown  # noqa: PLC0415

    return {**documents(folder.results, markdown.render(folder.results)), **files(came)}


def _show(step: Step, report: NightReport) -> None:
    from tf_docker_check.gha.files import add_summary, set_outputs  # noqa: PLC0415
    from tf_docker_check.report import night  # noqa: PLC0415

    page = night.render(report)
    tell(page)
    set_outputs(os.environ, _outputs(report) | {"results-path": f"{step.folder}/results.json"})
    if step.wants("summary"):
        add_summary(os.environ, lambda limit: page.encode()[:limit].decode(errors="ignore"))


def _outputs(report: NightReport) -> dict[str, object]:
    ends = Counter(report.ends.values())
    first = next((each for each in report.issues if each.number), None)
    return {
        "conclusion": {0: "success", 1: "failure"}.get(report.exit_code, "neutral"),
        **{name: ends[name] for name in ("passed", "failed", "errored", "skipped")},
        "regressions": len(report.regressions),
        "issue-number": first.number if first else "",
        "issue-url": first.url if first else "",
        "proposal-url": report.proposal_url,
    }
