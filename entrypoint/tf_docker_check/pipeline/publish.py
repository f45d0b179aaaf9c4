"""Publish an outcome: files, artifact, comment, check run, log, annotations, outputs, summary.

Each publisher does one of these and adds a remark where GitHub or the runner does not allow it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tf_docker_check.errors import CheckError
from tf_docker_check.gha import artifacts, comment
from tf_docker_check.gha.annotations import Annotation, of_results
from tf_docker_check.gha.annotations import render as render_annotations
from tf_docker_check.gha.commands import command
from tf_docker_check.gha.event import MUTE, Context
from tf_docker_check.gha.files import add_summary, set_outputs
from tf_docker_check.gha.names import REPORT as REPORT_PART
from tf_docker_check.gha.names import artifact_name
from tf_docker_check.gha.step import Step
from tf_docker_check.model.github import CheckNote
from tf_docker_check.model.text import one_line
from tf_docker_check.pipeline.documents import documents, write
from tf_docker_check.pipeline.log import log, log_untrusted
from tf_docker_check.pipeline.outcome import Outcome
from tf_docker_check.pipeline.remarks import Remarks
from tf_docker_check.pipeline.results_dir import JUNIT, REPORT, RESULTS
from tf_docker_check.report import terminal
from tf_docker_check.report.markdown import SUMMARY_LIMIT
from tf_docker_check.results.compare import BaselineStatus
from tf_docker_check.results.recommend import recommend

WIDTH = 140  # columns of the table in a log
HINT = f"mute with the label {MUTE}"
UNVERIFIED = "results reported by the pull request's own workflow run; not verified"
CHECK_TEXT = 65_535  # characters of a check run's summary (GitHub docs, "REST API endpoints for check runs")
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


@dataclass
class Publication:
    """An outcome on its way out. Publishers add what later ones need: links, the comment's address, remarks.

    `run` is the run that made the results; of a fork's pull request it is not the one that publishes.
    `part` names the artifact.
    """

    step: Step
    run: Context
    outcome: Outcome
    remarks: Remarks
    part: str = REPORT_PART
    comment_url: str = ""
    unwritten: CheckError | None = None
    outputs: dict[str, object] = field(default_factory=dict)

    def add_links(self, links: tuple[tuple[str, str], ...], hint: str = "") -> None:
        """Show *links* (text, address) and *hint* on every page that is rendered from now on."""
        context = replace(self.outcome.page_context, links=links, hint=hint)
        self.outcome = replace(self.outcome, page_context=context)


Publisher = Callable[[Publication], None]


def publish(publication: Publication, publishers: tuple[Publisher, ...]) -> int:
    """Run *publishers* in order; return the exit code of the gate.

    Raises CheckError at the end where the files could not be written to the workspace.
    """
    for publisher in publishers:
        publisher(publication)
    if publication.unwritten:
        raise publication.unwritten
    return publication.outcome.verdict.exit_code


def hand_on(files: Mapping[str, bytes], part: str, step: Step, remarks: Remarks) -> None:
    """Leave *files* for the job that reports. Raises CheckError where they could not be written."""
    unwritten, _ = _store(files, part, step, step.run, remarks)
    print_remarks(remarks)
    if unwritten:
        raise unwritten


def store_files(publication: Publication) -> None:
    """Write results, JUnit and report to the workspace and, where wanted, to an artifact; link to it."""
    outcome = publication.outcome
    files = documents(outcome.results, outcome.page(SUMMARY_LIMIT), outcome.comparison)
    unwritten, links = _store(files, publication.part, publication.step, publication.run, publication.remarks)
    publication.unwritten = unwritten
    publication.add_links(links, outcome.page_context.hint)


def comment_on_pull(publication: Publication) -> None:
    """Comment on the pull request of this run, where its token may."""
    run = publication.run
    if not run.pull or run.muted or publication.step.comment_mode == "off":
        return
    if run.read_only:
        publication.remarks.lines.append(
            f"no comment was written: {run.read_only}, so the token may only read; "
            "a second workflow can, see examples/workflows/forks.yml"
        )
        return
    _comment(publication)


def comment_for_fork(publication: Publication) -> None:
    """Comment on the pull request of another run, whose own token may not."""
    if not publication.run.muted:
        _comment(publication)


def add_check_run(publication: Publication) -> None:
    """Add a check run to the commit, if requested and permitted."""
    step, run, outcome = publication.step, publication.run, publication.outcome
    if not step.wants("check-run"):
        return
    if run.read_only:
        publication.remarks.lines.append(f"no check run was made: {run.read_only}")
        return
    notes = of_results(outcome.results, outcome.already_failing)
    publication.remarks.attempt(
        lambda: step.github.create_check_run(
            "TensorFlow images" if step.key == "default" else f"TensorFlow images ({step.key})",
            run.head,
            conclusion=outcome.verdict.conclusion,
            title=outcome.verdict.headline,
            summary=outcome.page(CHECK_TEXT),
            details_url=run.run_url,
            external_id=f"{run.run_id}-{run.attempt}",
            notes=[_note(note) for note in notes if note.file and note.line],
        )
    )


def log_table(publication: Publication) -> None:
    """Write the table to the log."""
    outcome = publication.outcome
    comparison = outcome.comparison
    log_untrusted(terminal.render(outcome.results, outcome.verdict, width=WIDTH, comparison=comparison))


def annotate(publication: Publication) -> None:
    """Write annotations to the log, where wanted."""
    outcome = publication.outcome
    if publication.step.wants("annotations"):
        log(render_annotations(of_results(outcome.results, outcome.already_failing)))


def log_remarks(publication: Publication) -> None:
    """Write what could not be published to the log."""
    print_remarks(publication.remarks)


def output_counts(publication: Publication) -> None:
    """Output the conclusion and the number of cells by status."""
    verdict = publication.outcome.verdict
    counts = verdict.counts
    publication.outputs |= {
        "conclusion": verdict.conclusion,
        "passed": counts.passed,
        "failed": counts.failed,
        "new-failures": counts.new,
        "known-failures": counts.known,
        "errored": counts.errored,
        "skipped": counts.skipped,
    }


def output_paths(publication: Publication) -> None:
    """Output where the files are in the workspace."""
    folder = publication.step.folder
    publication.outputs |= {
        "results-path": f"{folder}/{RESULTS}",
        "junit-path": f"{folder}/{JUNIT}",
        "report-path": f"{folder}/{REPORT}",
    }


def output_recommendation(publication: Publication) -> None:
    """Output the strategy to use, and the comment's address."""
    best = recommend(publication.outcome.results)
    publication.outputs |= {
        "recommended": best.strategy,
        "recommended-digest": best.digest,
        "comment-url": publication.comment_url,
    }


def write_outputs(publication: Publication) -> None:
    """Hand the outputs to the runner."""
    set_outputs(os.environ, publication.outputs)


def summarise(publication: Publication) -> None:
    """Add the report to the step's summary, where wanted."""
    if publication.step.wants("summary"):
        missing = tuple(publication.remarks.lines)
        add_summary(os.environ, lambda limit: publication.outcome.page(limit, missing=missing))


REPORTED = (
    store_files, comment_on_pull, add_check_run, log_table, annotate, log_remarks,
    output_counts, output_paths, output_recommendation, write_outputs, summarise,
)  # fmt: skip
"""What a run that reports publishes, in this order."""

PART = (log_table, output_counts, output_paths, write_outputs, store_files, log_remarks)
"""What one job of a matrix publishes."""

FORK = (comment_for_fork, output_counts, output_recommendation, write_outputs, log_remarks, summarise)
"""What is published for a fork's run, which could not comment itself."""


def print_remarks(remarks: Remarks) -> None:
    """Write *remarks* to the log as notices."""
    for line in remarks.lines:
        log(command("notice", one_line(line, 1000), title="tf-docker-check"))


def _store(
    files: Mapping[str, bytes], part: str, step: Step, run: Context, remarks: Remarks
) -> tuple[CheckError | None, tuple[tuple[str, str], ...]]:
    """Write *files* to the workspace and as an artifact; why the former failed, and links to the latter."""
    unwritten = None
    try:
        write(step.workspace, step.folder, files)
    except CheckError as error:
        unwritten = error
    if not step.wants("artifact"):
        return unwritten, ()
    name = artifact_name(step.key, part, run.attempt)
    stored = remarks.attempt(lambda: artifacts.upload(files, name, step.runner))
    if stored is None or not run.run_url:
        return unwritten, ()
    return unwritten, (("full report, JUnit, logs", f"{run.run_url}/artifacts/{stored}"),)


def _comment(publication: Publication) -> None:
    run, step = publication.run, publication.step
    if run.pull is None:
        return
    posted = publication.remarks.attempt(lambda: _post_comment(publication))
    if posted is None:
        return
    repeated = posted.action == "overwrite" and run is not step.run  # a fork's run is reported anew
    publication.remarks.lines += [posted.note] if posted.note and not repeated else []
    publication.comment_url = posted.url


def _post_comment(publication: Publication) -> comment.Posted:
    run, step, outcome = publication.run, publication.step, publication.outcome
    assert run.pull is not None
    relations = {cell.relation for _, cell in outcome.comparison.cells}
    counts = outcome.verdict.counts
    hint = "; ".join(filter(None, (outcome.page_context.hint, HINT)))
    return comment.post(
        step.github,
        run.pull.number,
        outcome.page(comment.BODY_LIMIT, hint=hint),
        key=step.key,
        run=comment.RunStamp(run.run_number, run.attempt, run.pull.head_sha, run.workflow),
        mode=step.comment_mode,
        changed=bool(relations - {BaselineStatus.SAME, BaselineStatus.UNKNOWN} or outcome.comparison.gone),
        worth=bool(counts.failed or counts.known or counts.errored),
    )


def _note(annotation: Annotation) -> CheckNote:
    level = _LEVELS[annotation.kind]
    return CheckNote(annotation.file, annotation.line, level, annotation.message, annotation.title)
