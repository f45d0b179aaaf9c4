"""Results told on GitHub: artifact, comment, check run. What cannot be done is said, and fails nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from tf_docker_check.errors import CheckError
from tf_docker_check.gha import artifacts, comment
from tf_docker_check.gha.event import MUTE, Context
from tf_docker_check.model.github import CheckNote
from tf_docker_check.model.results import Results
from tf_docker_check.model.text import one_line
from tf_docker_check.report import markdown
from tf_docker_check.report.baseline import Comparison, Relation, compare
from tf_docker_check.report.gate import Verdict, conclusion
from tf_docker_check.report.told import Told

if TYPE_CHECKING:
    from tf_docker_check.gha.annotations import Annotation
    from tf_docker_check.github.client import GitHub

T = TypeVar("T")

HINT = f"mute with the label {MUTE}"
CHECK_TEXT = 65_535  # characters of a check run's summary (GitHub docs, "REST API endpoints for check runs")
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


@dataclass
class Remarks:
    """What could not be done and what would allow it, one line each."""

    lines: list[str] = field(default_factory=list)

    def attempt(self, action: Callable[[], T]) -> T | None:
        """What *action* returns; None, and a line that says why, where it cannot be done.

        Not even a bug of ours in the telling costs a verdict.
        """
        try:
            return action()
        except CheckError as error:
            self.lines.append(error.in_one_line)
        except Exception as error:
            self.lines.append(f"this is a bug of ours: {type(error).__name__}: {one_line(str(error), 300)}")
        return None


@dataclass(frozen=True)
class Outcome:
    """Results beside the base branch's, what that means, and what a page tells besides."""

    results: Results
    verdict: Verdict
    told: Told

    @property
    def comparison(self) -> Comparison:
        """Every cell beside the base branch's."""
        return self.told.comparison

    def page(self, limit: int, *, missing: tuple[str, ...] = (), hint: str = "") -> str:
        """The report in at most *limit* bytes; *missing* and *hint* are as in `Told`."""
        told = replace(self.told, missing=missing, hint=hint or self.told.hint)
        return markdown.render(self.results, self.verdict, limit=limit, told=told)


def outcome(results: Results, base: Results | None, fail_on: str, run: Context) -> Outcome:
    """What *results* come to, told as those of *run*."""
    comparison = compare(results, base)
    told = Told(
        comparison=comparison,
        base=run.base_branch if base else "",
        pull=run.pull is not None,
        attempt=run.attempt,
        run_url=run.run_url,
        commit_url=run.commit_url,
    )
    return Outcome(results, conclusion(results, fail_on, comparison), told)


def upload(
    files: Mapping[str, bytes], name: str, run: Context, runner: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Store *files* as the artifact *name*; the link to it. *runner* is the environment with its tokens.

    Raises NoToken and GitHubError.
    """
    stored = artifacts.upload(files, name, runner)
    return (("full report, JUnit, logs", f"{run.run_url}/artifacts/{stored}"),) if run.run_url else ()


def comment_on(
    github: GitHub, number: int, outcome: Outcome, stamp: comment.RunStamp, *, key: str, mode: comment.Mode
) -> comment.Posted:
    """What became of pull request *number*'s comment when *outcome* was told there. Raises GitHubError."""
    relations = {beside.relation for _, beside in outcome.comparison.cells}
    counts = outcome.verdict.counts
    return comment.post(
        github,
        number,
        outcome.page(comment.BODY_LIMIT, hint="; ".join(filter(None, (outcome.told.hint, HINT)))),
        key=key,
        run=stamp,
        mode=mode,
        changed=bool(relations - {Relation.SAME, Relation.UNKNOWN} or outcome.comparison.gone),
        worth=bool(counts.failed or counts.known or counts.errored),
    )


def add_check_run(
    github: GitHub, outcome: Outcome, run: Context, annotations: tuple[Annotation, ...], name: str
) -> None:
    """A check run beside the commit that says what the step says. Raises GitHubError."""
    github.create_check_run(
        name,
        run.head,
        conclusion=outcome.verdict.conclusion,
        title=outcome.verdict.headline,
        summary=outcome.page(CHECK_TEXT),
        details_url=run.run_url,
        external_id=f"{run.run_id}-{run.attempt}",
        notes=[_note(each) for each in annotations if each.file and each.line],
    )


def already_failing(outcome: Outcome) -> frozenset[str]:
    """The cells that failed so on the base branch, by their ids."""
    return frozenset(name for name, beside in outcome.comparison.cells if beside.relation is Relation.ALREADY)


def _note(annotation: Annotation) -> CheckNote:
    level = _LEVELS[annotation.kind]
    return CheckNote(annotation.file, annotation.line, level, annotation.message, annotation.title)
