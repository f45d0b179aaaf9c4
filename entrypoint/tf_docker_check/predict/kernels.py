"""Whether the GPU can run the machine code of TensorFlow and of the libraries it calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from packaging.version import Version

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.subject import admits
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.gpu import Code, Cublas, cublas, cuda_of, cudnn, toolkits, untested
from tf_docker_check.resources.hosts import ABSENT, Host
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import Release
from tf_docker_check.rules.subject import CudaFrom, Subject

C = TypeVar("C", Code, Cublas)
RULE, CAUSE = "machine-code", "gpu-arch-unsupported"


def kernels(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps kernels from running on a GPU that was registered."""
    capability = host.compute_capability
    if subject.release is None or not host.gpus:
        return
    if not capability:
        reason = f"the GPU of {host.name} is not known"
        yield Judgement(RULE, Verdict.UNKNOWN, reason, sources=(source_of(f"host {host.name}", host),))
        return
    wanted = version(capability)
    reported = [row for row in untested() if version(row.capability) <= wanted <= version(row.most)]
    for row in reported:
        name = (source_of(f"compute capability {row.capability}", row),)
        reason = f"TensorFlow on compute capability {capability}: {row.why}"
        yield Judgement(RULE, Verdict(row.verdict), reason, CAUSE, sources=name)
    own_build = subject.base.own_cuda and not subject.official and not subject.installs
    if not reported and not own_build:
        yield from _tensorflow(subject.release, capability, host)
    if subject.cuda_from is CudaFrom.EXTRA:
        yield from _cudnn(subject, subject.release, capability)
        yield from _cublas(subject, subject.release, capability)


def has_code(sass: Sequence[int], capability: str) -> bool:
    """Whether machine code serves: it runs on its own major, from its own minor on."""
    wanted = version(capability)
    return any(code // 10 == wanted.major and code % 10 <= wanted.minor for code in sass)


def _tensorflow(release: Release, capability: str, host: Host) -> Iterator[Judgement]:
    if not release.sass or has_code(release.sass, capability):
        return
    sources = (source_of(f"tensorflow {release.version}", release), source_of(f"host {host.name}", host))
    what = f"TensorFlow {release.version} has no machine code for compute capability {capability}"
    ptx = Version(f"{release.ptx // 10}.{release.ptx % 10}")
    if not release.ptx or version(capability) < ptx:
        reason = f"{what}, and its PTX is for {ptx}" if release.ptx else f"{what}, and no PTX"
        remedy = "use a TensorFlow that was built for it"
        yield Judgement(RULE, Verdict.FAILS, reason, CAUSE, remedy, sources)
        return
    needed = next((row.driver for row in toolkits() if minor(row.cuda) == release.cuda), "")
    known = needed and host.driver and host.driver != ABSENT
    if not known:
        reason = f"{what}; a driver from {needed or 'the one of its CUDA'} on can compile its PTX"
        yield Judgement(RULE, Verdict.UNKNOWN, reason, CAUSE, sources=sources)
    elif version(host.driver) < version(needed):
        knows = cuda_of(host.driver)
        reason = f"{what}, and a driver of CUDA {knows.cuda if knows else '?'} cannot compile its PTX"
        remedy = f"update the driver to {needed} or newer"
        yield Judgement(RULE, Verdict.FAILS, reason, "driver-too-old", remedy, sources)
    else:
        reason = f"{what}: the first start compiles its PTX, which takes up to 30 minutes"
        yield Judgement(
            RULE, Verdict.DEGRADED, reason, CAUSE, "keep ~/.nv/ComputeCache between starts", sources
        )


def _cudnn(subject: Subject, release: Release, capability: str) -> Iterator[Judgement]:
    name, code = _chosen(subject, release, "nvidia-cudnn-", cudnn())
    if code is None or code.ptx or has_code(code.sass, capability):
        return
    bound = _first_without(code, capability)
    yield Judgement(
        "cudnn-code",
        Verdict.FAILS,
        f"{subject.chooses} cuDNN {code.version}, which has no code for compute capability {capability}",
        CAUSE,
        f"also install '{name}<{bound}'" if bound else "use a newer GPU",
        (source_of(f"cudnn {code.version}", code), source_of(f"tensorflow {release.version}", release)),
    )


def _first_without(code: Code, capability: str) -> str:
    """The minor of cuDNN that dropped the capability, where an earlier one had it."""
    good = [row for row in cudnn() if has_code(row.sass, capability)]
    later = (row for row in cudnn() if good and version(row.version) > version(good[-1].version))
    return minor(next(later, code).version) if good else ""


def _cublas(subject: Subject, release: Release, capability: str) -> Iterator[Judgement]:
    _, code = _chosen(subject, release, "nvidia-cublas-", cublas())
    number = round(float(capability) * 10)
    if code is None or code.least <= number <= code.most:
        return
    yield Judgement(
        "cublas-code",
        Verdict.FAILS if number < code.least else Verdict.UNKNOWN,  # whether it holds PTX, nobody looked
        f"{subject.chooses} cuBLAS {code.version}, which has code for compute capabilities "
        f"{code.least / 10} to {code.most / 10}, and this GPU has {capability}",
        CAUSE,
        "use a TensorFlow of another CUDA, or another GPU",
        (source_of(f"cublas {code.version}", code), source_of(f"tensorflow {release.version}", release)),
    )


def _chosen(subject: Subject, release: Release, prefix: str, rows: Sequence[C]) -> tuple[str, C | None]:
    """The distribution of the extra whose name starts so, and the newest of *rows* that pip may take."""
    required = release.and_cuda.requires if release.and_cuda else ()
    parsed = filter(None, map(parse_requirement, required))
    pin = next((one for one in parsed if one.name.startswith(prefix)), None)
    if pin is None or pin.specifier is None:
        return "", None
    name, specifier = pin.name, pin.specifier
    if subject.inside:
        held = subject.installed.get(name)
        return name, next((row for row in rows if row.version == held), None)
    requested = subject.requests.get(name, specifier)
    taken = (
        row for row in reversed(rows) if admits(specifier, row.version) and admits(requested, row.version)
    )
    return name, next(taken, None)
