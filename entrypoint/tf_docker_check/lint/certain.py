"""What is certain to go wrong in the build of a stage, or in its image: lint's errors, for predictions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.check import check_stage, ignores_of, is_silenced
from tf_docker_check.lint.issue import Issue, Severity
from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.resources.rulebook import rules
from tf_docker_check.rules.stage import about_tensorflow


def certain(stage: Stage) -> tuple[Judgement, ...]:
    """Return what lint's errors say of *stage* and of the stages it is made of, in the order of the file.

    What a comment silences is left out.
    """
    return tuple(map(_judgement, sorted(_errors(stage), key=lambda issue: issue.span.begins)))


def _errors(stage: Stage) -> Iterator[Issue]:
    silent = cache(ignores_of)
    for part in about_tensorflow(stage.contents):
        for issue in check_stage(part):
            if issue.severity is Severity.ERROR and not is_silenced(issue, silent(issue.span.source)):
                yield issue


def _judgement(issue: Issue) -> Judgement:
    remark, rule = issue.remark, rules()[issue.rule]
    if remark.judgement:
        return remark.judgement
    source = Source(f"lint rule {issue.rule}", rule.source, verified=True)
    return Judgement(issue.rule, Verdict.FAILS, remark.message, "", remark.remedy, (source,))
