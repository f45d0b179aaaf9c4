"""Whether TensorFlow and the host have what a GPU takes: a CUDA build, a GPU, one that counts."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.subject import Subject

LEAST_CAPABILITY = "3.5"
"""TensorFlow's own filter (tensorflow/core/common_runtime/gpu); its wheels have code for newer ones only."""


def device(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps a GPU from being registered: TensorFlow then goes on with the CPU, mostly in silence."""
    yield from _build(subject)
    if subject.gpu is not Gpu.REQUIRE:
        return
    sources = (source_of(f"host {host.name}", host),)
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


def _build(subject: Subject) -> Iterator[Judgement]:
    release = subject.release
    if release is None:
        return
    if subject.package.endswith("-cpu"):
        reason, remedy = f"{subject.package} is built without CUDA", "install tensorflow[and-cuda]"
    elif subject.architecture != "x86_64" and not subject.inside:
        reason = f"TensorFlow's wheels for {subject.architecture} are built without CUDA"
        remedy = "use an x86_64 machine"
    elif (
        not release.cuda_build
        and not subject.official
        and (subject.inside or subject.package == "tensorflow")
    ):
        reason = f"the {subject.package} wheel of {release.version} is built without CUDA"
        extra = f"install tensorflow[and-cuda]=={release.version}"
        remedy = extra if release.and_cuda else f"install tensorflow-gpu=={release.version}"
    else:
        return
    sources = (source_of(f"tensorflow {release.version}", release),)
    yield Judgement("gpu-build", Verdict.FAILS, reason, remedy=remedy, sources=sources)
