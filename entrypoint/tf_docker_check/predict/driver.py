"""Whether the host's driver serves the image's CUDA and the host's GPU."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.predict.gate import gate_of, is_datacentre
from tf_docker_check.resources.gpu import Gpu, driver_needed, forward_compatibility, gpus
from tf_docker_check.resources.hosts import ABSENT, Host
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.subject import Subject

RULE = "driver"


def driver(subject: Subject, host: Host) -> Iterator[Judgement]:
    """A driver that is absent, too old, or has dropped the GPU. There is none too new for a CUDA."""
    if not host.gpus:
        return
    if host.driver == ABSENT:
        reason, row = f"{host.name} has no NVIDIA driver", source_of(f"host {host.name}", host)
        yield Judgement(RULE, Verdict.FAILS, reason, "gpu-driver-state", "install it", (row,))
        return
    needed = driver_needed(subject.cuda) if subject.cuda else None
    if needed is not None:
        row = source_of(f"driver for CUDA {subject.cuda}", needed)
        yield from _floor(subject, host, needed.driver, row)
    if host.driver and (gpu := _gpu(host)):
        yield from _generation(host, gpu)


def _floor(subject: Subject, host: Host, least: str, row: Source) -> Iterator[Judgement]:
    sources = [row, source_of(f"host {host.name}", host)]
    if subject.release:
        sources.insert(1, source_of(f"tensorflow {subject.release.version}", subject.release))
    if not host.driver:
        reason = f"the driver of {host.name} is not known; it works from {least} on"
        remedy = f"make sure the driver is {least} or newer"
        yield Judgement(RULE, Verdict.UNKNOWN, reason, "", remedy, tuple(sources))
    elif version(host.driver) < version(least):
        reason = f"driver {host.driver} is too old for CUDA {subject.cuda}, which needs {least}"
        remedy = f"update the driver to {least} or newer, or take a TensorFlow built for an older CUDA"
        verdict, how, rows = _bridged(subject, host)
        yield Judgement(RULE, verdict, reason + how, "driver-too-old", remedy, (*sources, *rows))


def _bridged(subject: Subject, host: Host) -> tuple[Verdict, str, tuple[Source, ...]]:
    """What the image's cuda-compat package, if any, makes of a driver that is too old."""
    facts, gate = forward_compatibility(), gate_of(subject)
    if not subject.forward_compatible:
        return Verdict.FAILS, " (CUDA error 35)", ()
    rows = tuple(
        source_of(f"forward compatibility: {name}", facts[name]) for name in ("datacentre", "nvidia-images")
    )
    if is_datacentre(host) is False:
        return Verdict.FAILS, " (CUDA error 804: cuda-compat serves no GeForce)", rows[:1]
    if gate and version(host.driver).major not in gate.branches:
        return Verdict.FAILS, " (CUDA error 35: nor does cuda-compat serve that branch)", rows[:1]
    how = ", unless the image's cuda-compat bridges it, as it may on data-centre GPUs"
    return Verdict.UNKNOWN, how, rows


def _generation(host: Host, gpu: Gpu) -> Iterator[Judgement]:
    sources = (source_of(f"GPU {gpu.name}", gpu), source_of(f"host {host.name}", host))
    which = host.gpu or f"GPUs of capability {gpu.capability}"
    if gpu.last_branch and version(host.driver).major > gpu.last_branch:
        reason = f"driver {host.driver} no longer drives {which}; the last branch is {gpu.last_branch}"
        remedy = f"install a driver of branch {gpu.last_branch}"
        yield Judgement(RULE, Verdict.FAILS, reason, "gpu-arch-unsupported", remedy, sources)
    elif gpu.min_driver and version(host.driver) < version(gpu.min_driver):
        reason = f"driver {host.driver} does not know {which} yet; it needs {gpu.min_driver}"
        remedy = f"update the driver to {gpu.min_driver} or newer"
        yield Judgement(RULE, Verdict.FAILS, reason, "driver-too-old", remedy, sources)


def _gpu(host: Host) -> Gpu | None:
    """The model, else any of its capability: drivers drop whole generations."""
    alike = (gpu for gpu in gpus().values() if gpu.capability == host.capability)
    return gpus().get(host.gpu) or next(alike, None)
