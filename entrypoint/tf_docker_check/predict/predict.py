"""The verdict on a cell and a host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tf_docker_check.matrix.possible import why_impossible
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.prediction import Judgement, Prediction, Source, Verdict
from tf_docker_check.predict.contents import contents, cuda_contents, room
from tf_docker_check.predict.device import amd, device, unused_gpu
from tf_docker_check.predict.driver import driver
from tf_docker_check.predict.kernels import kernels
from tf_docker_check.predict.limits import resources
from tf_docker_check.predict.processor import processor
from tf_docker_check.predict.space import space
from tf_docker_check.predict.start import start
from tf_docker_check.predict.subject import dockerfile_of, subject_of
from tf_docker_check.predict.surprises import surprises
from tf_docker_check.predict.symbols import symbols
from tf_docker_check.predict.written import Written
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.images import published
from tf_docker_check.resources.rows import source_of
from tf_docker_check.resources.tensorflow import as_of, is_older, releases
from tf_docker_check.rules.availability import judge_availability
from tf_docker_check.rules.cuda import judge_libraries
from tf_docker_check.rules.dependencies import judge_installed, judge_requests
from tf_docker_check.rules.multiworker import judge_programs
from tf_docker_check.rules.pip import judge_pip
from tf_docker_check.rules.subject import Pip, Subject
from tf_docker_check.rules.wheels import judge_wheels

_GPU_ONLY = frozenset({"gpu-build", "gpu-libraries", "cudnn-version"})
"""Rules that say nothing where no GPU is to be used."""

_WEIGHT = {Verdict.FAILS: 0, Verdict.UNKNOWN: 1, Verdict.DEGRADED: 2}


def predict(
    cell: Cell,
    line: Sequence[Strategy],
    host: Host,
    *,
    architecture: str,
    gpu: Gpu,
    written: Written | None = None,
) -> Prediction:
    """How *cell* will end on *host*.

    *line*: the cell's strategy and those it stands on; *architecture*: of the image; *gpu*: what the
    cell promises, and one that promises a GPU fails where TensorFlow would go on with the CPU;
    *written*: what the Dockerfile of the strategy says, where it has one.
    """
    return predict_on(cell, line, ((host, gpu),), architecture=architecture, written=written)[0]


def predict_on(
    cell: Cell,
    line: Sequence[Strategy],
    hosts: Sequence[tuple[Host, Gpu]],
    *,
    architecture: str,
    written: Written | None = None,
) -> tuple[Prediction, ...]:
    """As `predict`, for several hosts, each with what the cell promises there."""
    if written:
        line, architecture = (written.strategy, *line[1:]), written.stage.architecture
    if impossible := why_impossible(cell, line, architecture):
        judgement = _as_written(impossible, dockerfile_of(line))
        return tuple(Prediction(host.name, (judgement,)) for host, _ in hosts)
    subject = subject_of(cell, line, architecture, written.pip if written else Pip.OWN)
    stated = written.judgements if written else ()
    subject = written.complete(subject) if written else subject
    held = {gpu: replace(subject, gpu=gpu) for gpu in {gpu for _, gpu in hosts}}
    spare = written is not None and written.strategy.gpu is None  # nothing is said about GPUs
    return tuple(
        predict_subject(
            held[gpu], host, (*stated, *(unused_gpu(subject, host) if spare and gpu is Gpu.OFF else ()))
        )
        for host, gpu in hosts
    )


def predict_subject(subject: Subject, host: Host, stated: Sequence[Judgement] = ()) -> Prediction:
    """How an image, as far as it is known, will end on *host*. *stated*: what was judged of its Dockerfile."""
    rules = _inside(subject, subject.inside, host) if subject.inside else _judgements(subject, host)
    judgements = [_as_written(one, subject.written) for one in _joined(subject, stated, tuple(rules))]
    judgements.sort(key=lambda one: _WEIGHT[one.verdict])
    worst = {(one.rule, one.cause): one for one in reversed(judgements)}
    kept = [one for one in judgements if one is worst[one.rule, one.cause]]
    remarks = (*surprises(subject), *resources(subject, host))
    return Prediction(host.name, tuple(kept), tuple(_grounds(subject, host)), remarks)


def _joined(
    subject: Subject, stated: Sequence[Judgement], inferred: Sequence[Judgement]
) -> Iterator[Judgement]:
    """What ends a build first, and a GPU that is not used last."""
    yield from (one for one in stated if one.rule not in _GPU_ONLY)
    yield from inferred
    if subject.gpu is not Gpu.OFF:
        yield from (one for one in stated if one.rule in _GPU_ONLY)


def _judgements(subject: Subject, host: Host) -> Iterator[Judgement]:
    """In the order of blame: what comes first keeps what comes later from being seen."""
    yield from _content(subject)
    yield from judge_pip(subject)
    yield from judge_wheels(subject)
    yield from judge_availability(subject)
    yield from judge_requests(subject)
    yield from space(subject, host)
    yield from start(subject, host)
    yield from processor(subject, host)
    yield from symbols(subject)
    yield from judge_installed(subject)
    for judgement in judge_programs(subject.release, subject.programs, subject.environment):
        yield replace(judgement, verdict=Verdict.FAILS) if subject.as_workers else judgement
    yield from amd(subject)
    if subject.gpu is not Gpu.OFF:
        yield from device(subject, host)
        yield from judge_libraries(subject)
    if subject.gpu is Gpu.REQUIRE:
        yield from driver(subject, host)
        yield from kernels(subject, host)


def _inside(subject: Subject, image: Inspection, host: Host) -> Iterator[Judgement]:
    """As `_judgements`, for an image that was looked into: what it holds needs no inference."""
    yield from contents(subject, image)
    if not image.tensorflow:
        return
    yield from room(image, host)
    yield from start(subject, host)
    yield from processor(subject, host)
    yield from judge_installed(subject)
    if subject.gpu is not Gpu.OFF:
        yield from device(subject, host)
        yield from cuda_contents(subject, image)
    if subject.gpu is Gpu.REQUIRE:
        yield from driver(subject, host)
        yield from kernels(subject, host)


def _content(subject: Subject) -> Iterator[Judgement]:
    release = subject.release
    if subject.unread:
        more = f", and {len(subject.unread) - 1} more places" if len(subject.unread) > 1 else ""
        reason = f"{subject.unread[0]}{more}: what is installed there is not known before it is built"
        yield Judgement("content", Verdict.UNKNOWN, reason)
    elif release is None or _is_server(subject):
        yield Judgement("content", Verdict.UNKNOWN, _why_unknown(subject))
    elif subject.base.is_official and subject.base.tensorflow and published(subject.base.tensorflow) is None:
        reason = f"whether there is an image {subject.image} is not known"
        yield Judgement("content", Verdict.UNKNOWN, reason, "tag-not-found")


def _is_server(subject: Subject) -> bool:
    return subject.base.is_server and not subject.installs


def _why_unknown(subject: Subject) -> str:
    """Why it is not known which TensorFlow is in the image."""
    base, oldest = subject.base, releases()[0]
    pins = [one.pin for one in subject.installs]
    named = next(filter(None, pins), "") if pins else base.tensorflow
    if _is_server(subject):
        return f"{base.text} holds TensorFlow's C++ server and no Python: nothing in it imports TensorFlow"
    if named and is_older(named):
        return f"TensorFlow {named} is older than the catalog, which begins with {oldest.version}: it is not judged"
    if named:
        return f"TensorFlow {named} is not in the catalog of {as_of()}: it is not judged"
    return "which TensorFlow is in the image is not known before it is built"


def _as_written(judgement: Judgement, written: str) -> Judgement:
    """What rests on a Dockerfile, *written*, is likely at best."""
    return replace(judgement, sources=(*judgement.sources, _read(written))) if written else judgement


def _grounds(subject: Subject, host: Host) -> Iterator[Source]:
    """What a prediction that all is well rests on."""
    if subject.release:
        yield source_of(f"tensorflow {subject.release.version}", subject.release)
    if subject.official:
        yield source_of(f"official image {subject.official.first}", subject.official)
    if subject.base.ngc:
        yield source_of(f"NGC image {subject.base.ngc.first}", subject.base.ngc)
    if subject.distribution:
        name = f"{subject.distribution.id} {subject.distribution.version}"
        yield source_of(f"distribution {name}", subject.distribution)
    yield source_of(f"host {host.name}", host)
    if subject.written:
        yield _read(subject.written)


def _read(written: str) -> Source:
    return Source(written, "read, not run", verified=False)
