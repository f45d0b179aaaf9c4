"""``action``: the command line as a GitHub Action; inputs come from the environment, results go to files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tf_docker_check.errors import CheckError, UsageError

if TYPE_CHECKING:
    from tf_docker_check.pipeline.check import Checked

Mode = Callable[[Mapping[str, str]], int]
RESULTS_PATH = "tf-docker-check-results"


def configure(_: argparse.ArgumentParser) -> None:
    """No arguments: the runner gives none."""


def run(_: argparse.Namespace) -> int:
    """Carry out the `mode` input; the exit code is the gate's, and decides the step."""
    from tf_docker_check.gha.commands import command, mask  # noqa: PLC0415
    from tf_docker_check.gha.inputs import forget, inputs  # noqa: PLC0415

    given = inputs(os.environ)
    forget(os.environ)
    _say(mask(given.get("github-token", "")))
    try:
        return _mode(given.get("mode", "auto"))(given)
    except CheckError as error:
        _say(command("error", str(error), title="tf-docker-check"))
        raise


def _mode(name: str) -> Mode:
    modes: Mapping[str, Mode] = {"auto": _check, "run": _check, "plan": _plan}
    if name not in modes:
        raise UsageError(f"there is no mode {name!r}", remedy=f"set `mode` to one of {', '.join(modes)}")
    return modes[name]


def _plan(given: Mapping[str, str]) -> int:
    """Tell the cells as the output `matrix`."""
    from tf_docker_check.gha.files import set_outputs  # noqa: PLC0415
    from tf_docker_check.pipeline.prepare import prepare  # noqa: PLC0415
    from tf_docker_check.plan.show import show  # noqa: PLC0415

    config, plan = prepare(_workspace(), given.get("config", ""), given)
    _tell(show(plan, "table"))
    set_outputs(os.environ, {"matrix": show(plan, "github", config.runners)})
    return 0


def _check(given: Mapping[str, str]) -> int:
    """Plan, run and report, all in this job."""
    from tf_docker_check.cli.session import check_project  # noqa: PLC0415
    from tf_docker_check.gha.commands import group, harmless  # noqa: PLC0415
    from tf_docker_check.pipeline.folder import Folder  # noqa: PLC0415
    from tf_docker_check.report.plain import Log  # noqa: PLC0415

    folder = Folder(_workspace(), given.get("results-path", RESULTS_PATH))
    checked = check_project(
        _workspace(),
        given.get("config", ""),
        given,
        folder,
        verbose=os.environ.get("RUNNER_DEBUG") == "1",
        log=Log(harmless, group),
    )
    _report(checked, folder.path, summary=given.get("summary", "true") != "false")
    if checked.unwritten:
        raise checked.unwritten
    return checked.verdict.exit_code


def _report(checked: Checked, folder: str, *, summary: bool) -> None:
    """Table in the log, annotations, outputs, step summary."""
    from tf_docker_check.gha import annotations, files  # noqa: PLC0415
    from tf_docker_check.pipeline.folder import JUNIT, REPORT, RESULTS  # noqa: PLC0415
    from tf_docker_check.report import markdown, terminal  # noqa: PLC0415

    counts = checked.verdict.counts
    _tell(terminal.render(checked.results, checked.verdict, width=140))
    _say(annotations.render(annotations.of_results(checked.results)))
    values = {
        "conclusion": checked.verdict.conclusion,
        "passed": counts.passed,
        "failed": counts.failed,
        "errored": counts.errored,
        "skipped": counts.skipped,
        "results-path": f"{folder}/{RESULTS}",
        "junit-path": f"{folder}/{JUNIT}",
        "report-path": f"{folder}/{REPORT}",
    }
    files.set_outputs(os.environ, values)
    if summary:
        files.add_summary(
            os.environ, lambda limit: markdown.render(checked.results, checked.verdict, limit=limit)
        )


def _workspace() -> Path:
    path = os.environ.get("GITHUB_WORKSPACE")
    if not path:
        raise UsageError(
            "GITHUB_WORKSPACE is not set",
            why="this verb is how the GitHub Action starts the program",
            remedy="use `tf-docker-check run` on a desk, or `uses: org/tf-docker-check@v1` in a workflow",
        )
    return Path(path)


def _tell(text: str) -> None:
    """Lines that quote strangers, made harmless for the runner."""
    from tf_docker_check.gha.commands import harmless_lines  # noqa: PLC0415

    _say(harmless_lines(text))


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
