"""Put what the rules say at its place in a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.requirements.requirement import Requirement
from tf_docker_check.rules.fault import Fault
from tf_docker_check.rules.stage import Install, subject_of, tensorflow_installs
from tf_docker_check.rules.subject import Subject


def remarks(span: Span, judgements: Iterable[Judgement], edits: tuple[Edit, ...] = ()) -> Iterator[Remark]:
    """Put what the rules say at its place in a file."""
    for one in judgements:
        yield Remark(span, one.reason, one.remedy, edits, one)


def of_installs(
    stage: Stage,
    judge: Callable[[Subject, Requirement], Iterable[Judgement]],
    edits: Callable[[Install], tuple[Edit, ...]] = lambda _: (),
) -> Iterator[Remark]:
    """What *judge* says of the TensorFlows of *stage*, but for wheels from elsewhere than usual."""
    for install in tensorflow_installs(stage):
        if not install.run.foreign:
            judgements = judge(subject_of(stage, install), install.wanted.requirement)
            yield from remarks(install.wanted.span, judgements, edits(install))


def from_faults(
    *rules: Callable[[Stage], Iterable[Fault]], verdicts: Collection[Verdict] = tuple(Verdict)
) -> Callable[[Stage], Iterator[Remark]]:
    """Make a lint rule of what *rules* find and judge to be one of *verdicts*."""

    def check_stage(stage: Stage) -> Iterator[Remark]:
        for rule in rules:
            for fault in rule(stage):
                if fault.judgement.verdict in verdicts:
                    yield from remarks(fault.span, (fault.judgement,), fault.edits)

    return check_stage
