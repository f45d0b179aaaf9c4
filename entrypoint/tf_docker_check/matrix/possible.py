"""Which cells cannot exist, by the catalog: why, and what is nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tf_docker_check.image.base_image import known
from tf_docker_check.matrix.pythons import OLDEST_PROBED
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.model.template import fill, requirements
from tf_docker_check.requirements.requirement import Target, tensorflow_requirements
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.rules.published import judge_published
from tf_docker_check.rules.subject import Subject
from tf_docker_check.rules.wheels import judge_wheels


def why_impossible(cell: Cell, line: Sequence[Strategy], architecture: str) -> Judgement | None:
    """What rules *cell* out, or None. *line*: its strategy and those it stands on.

    Only what is certain counts. The verdict is UNKNOWN where the image can be and our checks cannot run.
    """
    subject = subject_of_cell(cell, line, architecture)
    certain = (one for one in _judgements(subject) if one.verdict is not Verdict.DEGRADED)
    return next(certain, None)


def subject_of_cell(cell: Cell, line: Sequence[Strategy], architecture: str) -> Subject:
    """What is known of the image of *cell* from its strategies alone."""
    base = known(fill(line[-1].image, cell))
    python = minor(cell.python) or base.python
    lines = (text for part in line for text in requirements(part, cell))
    return Subject(base, architecture, python, tensorflow_requirements(lines, Target(python, architecture)))


def _judgements(subject: Subject) -> Iterator[Judgement]:
    yield from judge_published(subject)
    python = subject.python
    if python and version(python) < version(OLDEST_PROBED):
        reason = f"Python {python} is too old for the checks, which need {OLDEST_PROBED}"
        remedy = "take its tag with -py3, which has Python 3" if subject.base.is_official else ""
        yield Judgement("exists", Verdict.UNKNOWN, reason, remedy=remedy)
    yield from judge_wheels(subject)
