"""Whether TensorFlow registers the host's GPU."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.ground import ground
from tf_docker_check.predict.subject import CudaFrom, Subject
from tf_docker_check.resources.gpu import driver_needed
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import Row, version
from tf_docker_check.resources.tensorflow import Release, releases


def device(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps the GPU from being registered: TensorFlow then goes on with the CPU, mostly in silence."""
    release = subject.release
    if release is None:
        return
    yield from _build(subject, release)
    yield from _libraries(subject, release)
    if subject.gpu is Gpu.REQUIRE:
        yield from _host(subject, release, host)


def loaded_cuda(subject: Subject) -> str:
    """The CUDA version of the libraries that TensorFlow will load, as far as known."""
    if subject.cuda_from is CudaFrom.IMAGE and subject.official:
        return subject.official.cuda
    return subject.release.cuda or str(subject.release.cuda_major) if subject.release else ""


def _build(subject: Subject, release: Release) -> Iterator[Judgement]:
    grounds = (ground(f"tensorflow {release.version}", release),)
    if subject.package.endswith("-cpu"):
        reason = f"{subject.package} is built without CUDA"
        yield Judgement(
            "gpu-build", Verdict.FAILS, reason, remedy="install tensorflow[and-cuda]", grounds=grounds
        )
    elif subject.architecture != "x86_64":
        reason = f"TensorFlow's wheels for {subject.architecture} are built without CUDA"
        yield Judgement("gpu-build", Verdict.FAILS, reason, remedy="use an x86_64 machine", grounds=grounds)
    elif not release.cuda_build and subject.package == "tensorflow" and not subject.official:
        reason = f"the tensorflow wheel of {release.version} is built without CUDA"
        remedy = f"install tensorflow-gpu=={release.version}"
        yield Judgement("gpu-build", Verdict.FAILS, reason, remedy=remedy, grounds=grounds)


def _libraries(subject: Subject, release: Release) -> Iterator[Judgement]:
    if subject.cuda_from is CudaFrom.EXTRA and release.and_cuda and release.and_cuda.missing:
        missing = ", ".join(release.and_cuda.missing)
        folders = ":".join(f"…/nvidia/{name}/lib" for name in release.and_cuda.missing)
        yield Judgement(
            "gpu-libraries",
            Verdict.FAILS,
            f"tensorflow[and-cuda]=={release.version} does not look where its own {missing} libraries are",
            "cuda-lib-missing",
            f"install {_last_good(release)}, or set LD_LIBRARY_PATH to {folders}",
            (ground(f"tensorflow {release.version}", release),),
        )
    elif subject.cuda_from is CudaFrom.IMAGE and subject.official and subject.official.gpu_works is not True:
        known = subject.official.gpu_works is False
        yield Judgement(
            "gpu-libraries",
            Verdict.FAILS if known else Verdict.UNKNOWN,
            f"{subject.image} cannot use a GPU: {subject.official.why}"
            if known
            else f"whether {subject.image} can use a GPU is not known: {subject.official.why}",
            "cudnn-mismatch" if known else "",
            f"install {_last_good(release)} on python:X-slim, or take 2.17.0-gpu",
            (ground(f"official image {subject.official.first}", subject.official),),
        )
    elif subject.cuda_from is CudaFrom.NOWHERE:
        reason = f"nothing brings the CUDA libraries that TensorFlow {release.version} opens"
        remedy = (
            f"install tensorflow[and-cuda]=={release.version}"
            if release.and_cuda
            else "take a CUDA base image"
        )
        grounds = (ground(f"tensorflow {release.version}", release),)
        yield Judgement("gpu-libraries", Verdict.FAILS, reason, "cuda-lib-missing", remedy, grounds)


def _last_good(release: Release) -> str:
    """The newest release up to *release* whose extra finds its libraries, else the next newer one."""
    good = [r for r in releases() if r.final and r.and_cuda and r.and_cuda.pythons and not r.and_cuda.missing]
    below = [r for r in good if r.parsed < release.parsed]
    return f"tensorflow[and-cuda]=={(below[-1] if below else good[0]).version}"


def _host(subject: Subject, release: Release, host: Host) -> Iterator[Judgement]:
    if not host.gpus:
        reason = f"{host.name} has no GPU"
        yield Judgement("gpu", Verdict.FAILS, reason, "gpu-image-on-cpu-host", "run it on a GPU host")
        return
    cuda = loaded_cuda(subject)
    needed = driver_needed(cuda) if cuda else None
    if needed is not None:
        yield from _driver(cuda, needed, release, host)
    capability = host.compute_capability
    if capability and version(capability) < version("3.5"):
        reason = f"TensorFlow ignores GPUs below compute capability 3.5; this one has {capability}"
        yield Judgement("capability", Verdict.FAILS, reason, "gpu-arch-unsupported", "use a newer GPU")


def _driver(cuda: str, needed: Row, release: Release, host: Host) -> Iterator[Judgement]:
    least: str = needed.driver  # type: ignore[attr-defined]  # a floor and a toolkit both have it
    grounds = (ground(f"driver for CUDA {cuda}", needed), ground(f"tensorflow {release.version}", release))
    if not host.driver:
        reason = f"the driver of {host.name} is not known; it works from {least} on"
        yield Judgement(
            "driver", Verdict.UNKNOWN, reason, "", f"make sure the driver is {least} or newer", grounds
        )
    elif version(host.driver) < version(least):
        reason = f"driver {host.driver} is too old for CUDA {cuda}, which needs {least} (CUDA error 35)"
        remedy = f"update the driver to {least} or newer, or take a TensorFlow built for an older CUDA"
        yield Judgement("driver", Verdict.FAILS, reason, "driver-too-old", remedy, grounds)
