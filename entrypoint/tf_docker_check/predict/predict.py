"""The verdict on a cell and a host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tf_docker_check.matrix.possible import why_impossible
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy
from tf_docker_check.model.prediction import Judgement, Prediction, Verdict
from tf_docker_check.predict.device import device
from tf_docker_check.predict.ground import ground
from tf_docker_check.predict.imports import neighbours, wheel
from tf_docker_check.predict.kernels import kernels
from tf_docker_check.predict.start import processor, start
from tf_docker_check.predict.subject import Subject, subject_of
from tf_docker_check.resources.hosts import Host

_WEIGHT = {Verdict.FAILS: 0, Verdict.UNKNOWN: 1, Verdict.DEGRADED: 2}


def predict(cell: Cell, line: Sequence[Strategy], host: Host, *, architecture: str, gpu: Gpu) -> Prediction:
    """How *cell* will end on *host*.

    *line*: the cell's strategy and those it stands on; *architecture*: of the image; *gpu*: what the
    cell promises. A cell that promises a GPU fails where TensorFlow would go on with the CPU.
    """
    if impossible := why_impossible(cell, line, architecture):
        return Prediction(
            host.name, (Judgement("exists", Verdict.FAILS, impossible.reason, impossible.cause),)
        )
    return predict_subject(subject_of(cell, line, architecture, gpu), host)


def predict_subject(subject: Subject, host: Host) -> Prediction:
    """How an image, as far as it is known, will end on *host*."""
    found = list(_judgements(subject, host))
    first_block = next(
        (number for number, one in enumerate(found) if one.verdict is Verdict.FAILS), len(found)
    )
    kept = [
        one for number, one in enumerate(found) if one.verdict is not Verdict.FAILS or number <= first_block
    ]
    kept.sort(key=lambda one: _WEIGHT[one.verdict])
    rows = [ground(f"host {host.name}", host)]
    if subject.release:
        rows.insert(0, ground(f"tensorflow {subject.release.version}", subject.release))
    return Prediction(host.name, tuple(kept), tuple(rows))


def _judgements(subject: Subject, host: Host) -> Iterator[Judgement]:
    """In the order of blame: what comes first keeps what comes later from being seen."""
    if subject.release is None:
        yield Judgement(
            "content", Verdict.UNKNOWN, "which TensorFlow is in the image is not known before it is built"
        )
    yield from wheel(subject)
    yield from start(subject, host)
    yield from processor(subject, host)
    yield from neighbours(subject)
    if subject.gpu is not Gpu.OFF:
        yield from device(subject, host)
    if subject.gpu is Gpu.REQUIRE:
        yield from kernels(subject, host)
