"""What lint says of a stage, as judgements, for predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from tf_docker_check.dockerfile.stage import Stage, needed_stages
from tf_docker_check.lint.check import check_stage, ignores_of, is_silenced
from tf_docker_check.lint.issue import Issue, Severity
from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.resources.rulebook import rules
from tf_docker_check.rules.stage import about_tensorflow


def judgements_of(stage: Stage, stages: Sequence[Stage]) -> tuple[Judgement, ...]:
    """Return what lint says goes wrong in *stage*, or in those of *stages* that are built for it, in their order.

    What a comment silences is left out.
    """
    issues = sorted(_issues(needed_stages(stage, stages)), key=lambda issue: issue.span.begins)
    return tuple(dict.fromkeys(filter(None, map(_judgement, issues))))


def _issues(stages: Sequence[Stage]) -> Iterator[Issue]:
    silent = cache(ignores_of)
    for part in about_tensorflow(stages):
        for issue in check_stage(part):
            if not is_silenced(issue, silent(issue.span.source)):
                yield issue


def _judgement(issue: Issue) -> Judgement | None:
    """What *issue* says of the image; None for advice."""
    remark, rule = issue.remark, rules()[issue.rule]
    if remark.judgement or issue.severity is not Severity.ERROR:
        return remark.judgement
    source = Source(f"lint rule {issue.rule}", rule.source, verified=True)
    return Judgement(issue.rule, Verdict.FAILS, remark.message, "", remark.remedy, (source,))
