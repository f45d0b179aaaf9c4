"""Results told by a step: in its log, annotations, outputs and summary, as files, and on GitHub."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tf_docker_check.errors import CheckError
from tf_docker_check.pipeline.deliver import Outcome, Remarks

if TYPE_CHECKING:
    from tf_docker_check.gha.event import Context
    from tf_docker_check.gha.step import Step
    from tf_docker_check.model.results import Results

WIDTH = 140  # of the table in a log
THEIR_WORD = "as the pull request's own run has it, which is no reason to trust it"


class Teller:
    """Tells what *step* has to tell, of its own run or of another.

    What GitHub or the runner does not let us do is collected in `remarks` and told at the end.
    """

    def __init__(self, step: Step, run: Context | None = None) -> None:
        self.step, self.run = step, run or step.run
        self.remarks = Remarks()

    def base(self) -> Results | None:
        """What is to be compared with. Raises UsageError for a file that is no results document."""
        from tf_docker_check.pipeline import baseline  # noqa: PLC0415

        named = self.step.given.get("baseline", baseline.AUTO)
        if named == baseline.OFF:
            return None
        if named != baseline.AUTO:
            return baseline.from_file(self.step.workspace, named).results
        if not self.step.token:
            return None
        found = self.remarks.attempt(lambda: baseline.from_branch(self.step.github, self.run, self.step.key))
        if found and found.why_not:
            tell(f"nothing to compare with: {found.why_not}")
        return found.results if found else None

    def parts(self) -> tuple[Results, ...]:
        """What the jobs of this run have left, in files that the input `results` names or as artifacts."""
        from tf_docker_check.pipeline import parts  # noqa: PLC0415

        if "results" in self.step.given:
            return parts.from_files(self.step.workspace, self.step.given["results"])
        found, problems = parts.from_artifacts(self.step.runner, self.step.key)
        self.remarks.lines += problems
        return found

    def report(self, results: Results, base: Results | None, fail_on: str) -> int:
        """Tell *results* everywhere; the exit code is the gate's."""
        from tf_docker_check.gha.files import set_outputs  # noqa: PLC0415
        from tf_docker_check.gha.names import REPORT  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import outcome  # noqa: PLC0415

        found = outcome(results, base, fail_on, self.run)
        unwritten, links = self._kept(_files(found), REPORT)
        found = replace(found, told=replace(found.told, links=links))
        url = self._comment(found)
        self._check_run(found)
        self.show(found)
        self._annotate(found)
        self._say_remarks()
        told = _recommended(found) | {"comment-url": url}
        set_outputs(os.environ, _counts(found) | _paths(self.step.folder) | told)
        self._summary(found)
        if unwritten:
            raise unwritten
        return found.verdict.exit_code

    def part(self, results: Results, name: str, fail_on: str) -> int:
        """Tell *results*, those of one job, in its log, and hand them on; the exit code is the gate's."""
        from tf_docker_check.gha.files import set_outputs  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import outcome  # noqa: PLC0415

        found = outcome(results, None, fail_on, self.run)
        self.show(found)
        set_outputs(os.environ, _counts(found) | _paths(self.step.folder))
        self.hand_on(_files(found), name)
        return found.verdict.exit_code

    def hand_on(self, files: Mapping[str, bytes], part: str) -> None:
        """Leave *files* for the job that reports."""
        unwritten, _ = self._kept(files, part)
        self._say_remarks()
        if unwritten:
            raise unwritten

    def comment_for(self, results: Results, links: tuple[tuple[str, str], ...], fail_on: str) -> None:
        """Comment what a pull request's own run could not."""
        from tf_docker_check.gha.files import set_outputs  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import outcome  # noqa: PLC0415

        found = outcome(results, self.base(), fail_on, self.run)
        found = replace(found, told=replace(found.told, links=links, hint=THEIR_WORD))
        url = "" if self.run.muted else self._commented(found)
        set_outputs(os.environ, _counts(found) | _recommended(found) | {"comment-url": url})
        self._say_remarks()
        self._summary(found)

    def show(self, found: Outcome) -> None:
        """The table in the log."""
        from tf_docker_check.report import terminal  # noqa: PLC0415

        tell(terminal.render(found.results, found.verdict, width=WIDTH, comparison=found.comparison))

    def _kept(
        self, files: Mapping[str, bytes], part: str
    ) -> tuple[CheckError | None, tuple[tuple[str, str], ...]]:
        """Leave *files* in the workspace and as an artifact; why the one failed, and links to the other."""
        from tf_docker_check.gha.names import artifact_name  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import upload  # noqa: PLC0415
        from tf_docker_check.pipeline.documents import write  # noqa: PLC0415

        unwritten = None
        try:
            write(self.step.workspace, self.step.folder, files)
        except CheckError as error:
            unwritten = error
        if not self.step.wants("artifact"):
            return unwritten, ()
        name = artifact_name(self.step.key, part, self.run.attempt)
        links = self.remarks.attempt(lambda: upload(files, name, self.run, self.step.runner))
        return unwritten, links or ()

    def _annotate(self, found: Outcome) -> None:
        from tf_docker_check.gha import annotations  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import already_failing  # noqa: PLC0415

        if self.step.wants("annotations"):
            say(annotations.render(annotations.of_results(found.results, already_failing(found))))

    def _comment(self, found: Outcome) -> str:
        if not self.run.pull or self.run.muted or self.step.comment_mode == "off":
            return ""
        if self.run.read_only:
            self.remarks.lines.append(
                f"no comment was written: {self.run.read_only}, so the token may only read; "
                "a second workflow can, see examples/workflows/forks.yml"
            )
            return ""
        return self._commented(found)

    def _commented(self, found: Outcome) -> str:
        from tf_docker_check.gha.comment import RunStamp  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import comment_on  # noqa: PLC0415

        pull = self.run.pull
        if pull is None:
            return ""
        stamp = RunStamp(self.run.run_number, self.run.attempt, pull.head_sha, self.run.workflow)
        step = self.step
        posted = self.remarks.attempt(
            lambda: comment_on(step.github, pull.number, found, stamp, key=step.key, mode=step.comment_mode)
        )
        if posted is None:
            return ""
        again = posted.action == "overwrite" and self.run is not step.run  # told anew for a run of a fork
        self.remarks.lines += [posted.note] if posted.note and not again else []
        return posted.url

    def _check_run(self, found: Outcome) -> None:
        from tf_docker_check.gha import annotations  # noqa: PLC0415
        from tf_docker_check.pipeline.deliver import add_check_run, already_failing  # noqa: PLC0415

        if not self.step.wants("check-run"):
            return
        if self.run.read_only:
            self.remarks.lines.append(f"no check run was made: {self.run.read_only}")
            return
        notes = annotations.of_results(found.results, already_failing(found))
        name = "TensorFlow images" if self.step.key == "default" else f"TensorFlow images ({self.step.key})"
        self.remarks.attempt(lambda: add_check_run(self.step.github, found, self.run, notes, name))

    def _summary(self, found: Outcome) -> None:
        from tf_docker_check.gha.files import add_summary  # noqa: PLC0415

        if self.step.wants("summary"):
            missing = tuple(self.remarks.lines)
            add_summary(os.environ, lambda limit: found.page(limit, missing=missing))

    def _say_remarks(self) -> None:
        from tf_docker_check.gha.commands import command  # noqa: PLC0415
        from tf_docker_check.model.text import one_line  # noqa: PLC0415

        for line in self.remarks.lines:
            say(command("notice", one_line(line, 1000), title="tf-docker-check"))


def tell(text: str) -> None:
    """Lines that quote strangers, made harmless for the runner."""
    from tf_docker_check.gha.commands import harmless_lines  # noqa: PLC0415

    say(harmless_lines(text))


def say(text: str) -> None:
    """Write *text* to the log at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _files(found: Outcome) -> Mapping[str, bytes]:
    from tf_docker_check.pipeline.documents import documents  # noqa: PLC0415
    from tf_docker_check.report.markdown import SUMMARY_LIMIT  # noqa: PLC0415

    return documents(found.results, found.page(SUMMARY_LIMIT), found.comparison)


def _counts(found: Outcome) -> dict[str, object]:
    counts = found.verdict.counts
    return {
        "conclusion": found.verdict.conclusion,
        "passed": counts.passed,
        "failed": counts.failed,
        "new-failures": counts.new,
        "known-failures": counts.known,
        "errored": counts.errored,
        "skipped": counts.skipped,
    }


def _paths(folder: str) -> dict[str, object]:
    from tf_docker_check.pipeline.folder import JUNIT, REPORT, RESULTS  # noqa: PLC0415

    return {
        "results-path": f"{folder}/{RESULTS}",
        "junit-path": f"{folder}/{JUNIT}",
        "report-path": f"{folder}/{REPORT}",
    }


def _recommended(found: Outcome) -> dict[str, object]:
    from tf_docker_check.report.recommend import recommend  # noqa: PLC0415

    best = recommend(found.results)
    return {"recommended": best.strategy, "recommended-digest": best.digest}
