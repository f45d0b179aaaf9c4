"""Whether the GPU can run the machine code of TensorFlow and of cuDNN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packaging.requirements import Requirement
from packaging.version import Version

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.ground import ground
from tf_docker_check.predict.subject import CudaFrom, Subject
from tf_docker_check.resources.gpu import Code, cuda_of, cudnn, gpus, untested
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import Release


def kernels(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps kernels from running on a GPU that was registered."""
    capability = host.compute_capability
    if subject.release is None or not host.gpus:
        return
    if not capability:
        reason = f"the GPU of {host.name} is not known"
        yield Judgement("machine-code", Verdict.UNKNOWN, reason)
        return
    yield from _dropped_by_driver(host)
    reported = [
        row for row in untested() if version(row.capability) <= version(capability) <= version(row.most)
    ]
    for row in reported:
        name = (ground(f"compute capability {row.capability}", row),)
        reason = f"TensorFlow on compute capability {capability}: {row.why}"
        yield Judgement("machine-code", Verdict(row.verdict), reason, "gpu-arch-unsupported", grounds=name)
    if not reported:
        yield from _tensorflow(subject.release, capability, host)
    yield from _cudnn(subject, capability)


def has_code(sass: Sequence[int], capability: str) -> bool:
    """Whether machine code serves: it runs on its own major, from its own minor on."""
    asked = version(capability)
    return any(code // 10 == asked.major and code % 10 <= asked.minor for code in sass)


def _dropped_by_driver(host: Host) -> Iterator[Judgement]:
    gpu = gpus().get(host.gpu)
    if gpu is None or not host.driver:
        return
    grounds = (ground(f"GPU {gpu.name}", gpu),)
    if gpu.last_branch and version(host.driver).major > gpu.last_branch:
        reason = f"driver {host.driver} no longer drives the {gpu.name}; the last branch is {gpu.last_branch}"
        remedy = f"install a driver of branch {gpu.last_branch}"
        yield Judgement("driver", Verdict.FAILS, reason, "gpu-arch-unsupported", remedy, grounds)
    elif gpu.min_driver and version(host.driver) < version(gpu.min_driver):
        reason = f"driver {host.driver} does not know the {gpu.name} yet; it needs {gpu.min_driver}"
        remedy = f"update the driver to {gpu.min_driver} or newer"
        yield Judgement("driver", Verdict.FAILS, reason, "driver-too-old", remedy, grounds)


def _tensorflow(release: Release, capability: str, host: Host) -> Iterator[Judgement]:
    if not release.sass or has_code(release.sass, capability):
        return
    grounds = (ground(f"tensorflow {release.version}", release),)
    what = f"TensorFlow {release.version} has no machine code for compute capability {capability}"
    ptx = Version(f"{release.ptx // 10}.{release.ptx % 10}")
    if not release.ptx or version(capability) < ptx:
        reason, remedy = f"{what}, and its PTX is for {ptx}", "use a TensorFlow that was built for it"
        yield Judgement("machine-code", Verdict.FAILS, reason, "gpu-arch-unsupported", remedy, grounds)
        return
    knows = cuda_of(host.driver) if host.driver else None
    if knows is None or (release.cuda and version(knows.cuda) < version(release.cuda)):
        reason = f"{what}, and whether the driver can compile its PTX is not known"
        yield Judgement("machine-code", Verdict.UNKNOWN, reason, "gpu-arch-unsupported", grounds=grounds)
        return
    reason = f"{what}: the first start compiles its PTX, which takes up to 30 minutes"
    yield Judgement("machine-code", Verdict.DEGRADED, reason, "gpu-arch-unsupported", grounds=grounds)


def _cudnn(subject: Subject, capability: str) -> Iterator[Judgement]:
    code = _chosen_cudnn(subject)
    if code is None or has_code(code.sass, capability) or code.ptx:
        return
    good = [row.version for row in cudnn() if has_code(row.sass, capability)]
    after = next((row.version for row in cudnn() if good and version(row.version) > version(good[-1])), "")
    bound = ".".join(after.split(".")[:2])
    yield Judgement(
        "cudnn-code",
        Verdict.FAILS,
        f"pip chooses cuDNN {code.version}, which has no code for compute capability {capability}",
        "gpu-arch-unsupported",
        f"also install 'nvidia-cudnn-cu12<{bound}'" if bound else "use a newer GPU",
        (ground(f"cudnn {code.version}", code),),
    )


def _chosen_cudnn(subject: Subject) -> Code | None:
    """The newest cuDNN of the catalog that the extra and the strategy admit."""
    if subject.cuda_from is not CudaFrom.EXTRA or not subject.release or not subject.release.and_cuda:
        return None
    pins = [
        Requirement(line) for line in subject.release.and_cuda.requires if line.startswith("nvidia-cudnn")
    ]
    if not pins:
        return None
    admitted = pins[0].specifier
    if pins[0].name in subject.asked:
        admitted &= subject.asked[pins[0].name]
    return next((row for row in reversed(cudnn()) if admitted.contains(row.version)), None)
