"""Whether TensorFlow finds the CUDA libraries it opens, and a cuDNN it was built for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tf_docker_check.image.base_image import Cuda
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.gpu import sonames
from tf_docker_check.resources.images import OfficialImage
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import AndCuda, Release, releases
from tf_docker_check.rules.subject import CudaFrom, Subject

RULE = "gpu-libraries"


def libraries(subject: Subject) -> Iterator[Judgement]:
    """Libraries that are not there or not found: one missing, and no GPU is registered at all."""
    release = subject.release
    if release is None:
        return
    if subject.cuda_from is CudaFrom.EXTRA and release.and_cuda:
        yield from _of_extra(release, release.and_cuda)
    elif subject.cuda_from is CudaFrom.IMAGE and subject.official:
        yield from _of_official(subject, release, subject.official)
    elif subject.cuda_base:
        yield from _of_base(subject, release, subject.cuda_base)
    elif subject.cuda_from is CudaFrom.NOWHERE:
        reason = f"nothing brings the CUDA libraries that TensorFlow {release.version} opens"
        extra = f"install tensorflow[and-cuda]=={release.version}"
        remedy = extra if release.and_cuda else "take a CUDA base image"
        sources = (source_of(f"tensorflow {release.version}", release),)
        yield Judgement(RULE, Verdict.FAILS, reason, "cuda-lib-missing", remedy, sources)
    elif subject.cuda_from is CudaFrom.UNKNOWN:
        reason = "what brings the CUDA libraries is not known before it is built"
        yield Judgement(RULE, Verdict.UNKNOWN, reason)


def _of_extra(release: Release, extra: AndCuda) -> Iterator[Judgement]:
    if extra.missing:
        folders = ":".join(f"…/nvidia/{name}/lib" for name in extra.missing)
        yield Judgement(
            RULE,
            Verdict.FAILS,
            f"tensorflow[and-cuda]=={release.version} does not look where its own "
            f"{', '.join(extra.missing)} libraries are",
            "cuda-lib-missing",
            f"install {_good_extra(release)}, or set LD_LIBRARY_PATH to {folders}",
            (source_of(f"tensorflow {release.version}", release),),
        )


def _of_official(subject: Subject, release: Release, image: OfficialImage) -> Iterator[Judgement]:
    sources = (source_of(f"official image {image.first}", image),)
    remedy = f"install {_good_extra(release)} on python:X-slim, or take 2.17.0-gpu"
    if image.gpu_works is False:
        reason = f"{subject.image} cannot use a GPU: {image.why}"
        yield Judgement(RULE, Verdict.FAILS, reason, "cudnn-mismatch", remedy, sources)
    elif image.gpu_works is None:
        reason = f"whether {subject.image} can use a GPU is not known: {image.why}"
        yield Judgement(RULE, Verdict.UNKNOWN, reason, "", remedy, sources)
    elif release.cudnn and version(minor(image.cudnn)) < version(minor(release.cudnn)):
        reason = (
            f"{subject.image} has cuDNN {image.cudnn}, and TensorFlow {release.version} is documented for "
            f"{release.cudnn}: the GPU is registered, and the first convolution may fail"
        )
        rows = (*sources, source_of(f"tensorflow {release.version}", release))
        yield Judgement("cudnn-version", Verdict.UNKNOWN, reason, "cudnn-mismatch", remedy, rows)


def _of_base(subject: Subject, release: Release, base: Cuda) -> Iterator[Judgement]:
    opened = sonames(release.version)
    sources = [source_of(f"tensorflow {release.version}", release)]
    sources += [source_of(f"libraries of {opened.first} to {opened.last}", opened)] if opened else []
    wants = f"TensorFlow {release.version} opens CUDA {release.cuda_major} and cuDNN {release.cudnn_major}"
    remedy = f"take a tag with CUDA {release.cuda_major} and cuDNN {release.cudnn_major}, runtime or devel"
    if version(base.version).major != release.cuda_major:
        reason, cause = (
            f"{subject.image} has CUDA {minor(base.version)}, and {wants}",
            "cuda-version-mismatch",
        )
    elif base.flavour == "base" or base.cudnn == "none":
        lacks = "the CUDA libraries" if base.flavour == "base" else "cuDNN"
        reason, cause = f"{subject.image} lacks {lacks}, and {wants}", "cuda-lib-missing"
    elif base.cudnn and int(base.cudnn) != release.cudnn_major:
        reason, cause = f"{subject.image} has cuDNN {base.cudnn}, and {wants}", "cudnn-mismatch"
    else:
        return
    yield Judgement(RULE, Verdict.FAILS, reason, cause, remedy, tuple(sources))


@cache
def _good_extra(release: Release) -> str:
    """The newest older release whose extra installs, imports and finds its libraries, else the next newer."""
    usable = [r for r in releases() if r.final and r.fresh.imports and r.and_cuda and r.and_cuda.pythons]
    good = [r for r in usable if r.and_cuda and not r.and_cuda.missing]
    below = [r for r in good if r.parsed < release.parsed]
    return f"tensorflow[and-cuda]=={(below[-1] if below else good[0]).version}"
