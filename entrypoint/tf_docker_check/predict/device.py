"""Whether TensorFlow and the host have what a GPU takes: a CUDA build, a GPU, one that counts."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.cuda import judge_build, judge_libraries
from tf_docker_check.rules.intent import for_amd
from tf_docker_check.rules.subject import Subject

LEAST_CAPABILITY = "3.5"
"""TensorFlow's own filter (tensorflow/core/common_runtime/gpu); its wheels have code for newer ones only."""


def device(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps a GPU from being registered: TensorFlow then goes on with the CPU, mostly in silence."""
    yield from judge_build(subject)
    sources = (source_of(f"host {host.name}", host),)
    if subject.gpu is not Gpu.REQUIRE:
        if not host.gpus:
            yield _on_cpu(host, sources)
        return
    capability = host.compute_capability
    if not host.gpus:
        reason = f"{host.name} has no GPU"
        yield Judgement(
            "gpu", Verdict.FAILS, reason, "gpu-image-on-cpu-host", "run it on a GPU host", sources
        )
    elif capability and version(capability) < version(LEAST_CAPABILITY):
        reason = f"TensorFlow ignores GPUs below {LEAST_CAPABILITY}; this one has {capability}"
        yield Judgement(
            "capability", Verdict.FAILS, reason, "gpu-arch-unsupported", "use a newer GPU", sources
        )


def amd(subject: Subject) -> Iterator[Judgement]:
    """Yield that nothing is known of the GPU that the image is made for."""
    if reason := for_amd(subject.base, subject.installs):
        yield Judgement(
            "gpu", Verdict.UNKNOWN, f"{reason}: whether it uses one is not judged, only its CPU part"
        )


def unused_gpu(subject: Subject, host: Host) -> Iterator[Judgement]:
    """Yield why the host's GPU stays unused by an image that says nothing about GPUs."""
    for one in (*judge_build(subject), *judge_libraries(subject)) if host.gpus else ():
        if one.verdict is Verdict.FAILS:
            reason = f"the GPU of {host.name} is not used: {one.reason}"
            yield Judgement("gpu", Verdict.DEGRADED, reason, one.cause, one.remedy, one.sources)
            return


def _on_cpu(host: Host, sources: tuple[Source, ...]) -> Judgement:
    reason = f"{host.name} has no GPU: TensorFlow goes on with the CPU there, and the image is meant for one"
    remedy = "run it on a GPU host, or take an image without CUDA"
    return Judgement("gpu", Verdict.DEGRADED, reason, "gpu-image-on-cpu-host", remedy, sources)
