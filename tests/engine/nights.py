"""Nights of a project: runs of the action in mode `nightly`, one after the other, on a fake GitHub."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

from fakegithub import given
from fakegithub.server import Running
from fakegithub.state import OWN, Artifact, Issue
from runner.file_commands import pairs
from tf_docker_check.cli.main import run as command_line
from tf_docker_check.gha import bundle


@dataclass(frozen=True)
class Passed:
    """What a night came to: exit code, outputs, summary, the artifact's files, seconds."""

    code: int
    outputs: Mapping[str, str]
    summary: str
    files: Mapping[str, bytes]
    seconds: float

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files["night.json"])
        return found

    @property
    def steps(self) -> list[str]:
        """What was, or would be, done with each issue."""
        return [each["step"] for each in self.report["issues"]]


@dataclass
class Nights:
    """Runs of one workflow, one a night, on the default branch."""

    github: Running
    home: Path
    config: str
    base: Mapping[str, str]
    """What else the environment holds."""
    number: int = 0

    def __call__(self, event: str = "schedule", **environment: str) -> Passed:
        """The next night."""
        self.number += 1
        state = self.github.state
        run = given.run(
            state, self.number, workflow="nightly.yml", event=event, status="in_progress", conclusion=""
        )
        given_ = self._environment(event, run.id) | environment
        before, began = dict(os.environ), time.monotonic()
        os.environ.clear()
        os.environ.update(given_)
        try:
            code = command_line(["action"])
        finally:
            os.environ.clear()
            os.environ.update(before)
        run.status, run.conclusion = "completed", "success"
        passed = self._passed(code, given_, run.id, time.monotonic() - began)
        self._tell(passed)
        return passed

    @property
    def workspace(self) -> Path:
        return self.home / "workspace"

    @property
    def issues(self) -> list[Issue]:
        """Issues, pull requests left out."""
        return [each for each in self.github.state.repository.issues.values() if not each.pull]

    @property
    def pulls(self) -> list[Issue]:
        return [each for each in self.github.state.repository.issues.values() if each.pull]

    @property
    def artifacts(self) -> list[Artifact]:
        return list(self.github.state.repository.artifacts.values())

    def _environment(self, event: str, run: int) -> dict[str, str]:
        (self.workspace / "check.yml").write_text(self.config)
        (self.home / "event.json").write_text(json.dumps({"repository": {"default_branch": "main"}}))
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE"):
            (self.home / name).write_text("")
        return {
            **self.base,
            **{
                name: str(self.home / name)
                for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
            },
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.home / "event.json"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": OWN,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_NUMBER": str(self.number),
            "GITHUB_SHA": "a" * 40,
            "GITHUB_WORKFLOW_REF": f"{OWN}/.github/workflows/nightly.yml@refs/heads/main",
            "GITHUB_WORKSPACE": str(self.workspace),
            "ACTIONS_RESULTS_URL": self.github.results_url,
            "ACTIONS_RUNTIME_TOKEN": self.github.runtime_token(run),
            "INPUT_CONFIG": "check.yml",
            "INPUT_GITHUB-TOKEN": "token",
            "INPUT_MODE": "nightly",
        }

    def _passed(self, code: int, environment: Mapping[str, str], run: int, seconds: float) -> Passed:
        stored = next((each.data for each in self.artifacts if each.run_id == run), None)
        return Passed(
            code,
            dict(pairs(Path(environment["GITHUB_OUTPUT"]).read_text())),
            Path(environment["GITHUB_STEP_SUMMARY"]).read_text(),
            bundle.read(stored, lambda _: True) if stored else {},
            seconds,
        )

    def _tell(self, passed: Passed) -> None:
        """What a transcript (`pytest -s`) needs: the night in a line, and every issue that it opened."""
        issues = "; ".join(f"#{each.number} {each.state}" for each in self.issues)
        headline = passed.summary.partition("\n")[0].lstrip("# ")
        print(
            f"night {self.number}: exit {passed.code}, {passed.seconds:.0f} s; {headline}; "
            f"steps: {', '.join(passed.steps) if passed.files else ''}; "
            f"issues: {issues or 'none'}; pull requests: {len(self.pulls)}",
            flush=True,
        )
        opened = [each["number"] for each in passed.report["issues"] if each["done"]] if passed.files else []
        for issue in self.issues:
            if issue.number in opened and "open" in passed.steps:
                print(indent(f"#{issue.number} {issue.title}\n\n{issue.body}", "    | "), flush=True)
