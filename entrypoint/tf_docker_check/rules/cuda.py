"""Whether TensorFlow is built for CUDA, and finds the libraries it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tf_docker_check.image.base_image import Cuda
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.requirements.requirement import Requirement
from tf_docker_check.resources.cuda_images import cuda_images_for
from tf_docker_check.resources.gpu import sonames
from tf_docker_check.resources.images import official
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import Release
from tf_docker_check.rules.extra import good_extra, judge_extra_contents, working_extra
from tf_docker_check.rules.subject import CudaFrom, Subject

RULE = "gpu-libraries"
_LIBRARIES = re.compile(r"cuda-(?:libraries|toolkit|runtime)|libcu|nvidia-cublas")


def judge_build(subject: Subject) -> Iterator[Judgement]:
    """Yield that this TensorFlow is built without CUDA: it goes on with the CPU, mostly in silence."""
    release, package = subject.release, subject.package
    if release is None and not subject.installs:
        return
    if package.endswith("-cpu"):
        reason = f"{package} is built without CUDA"
        remedy = f"install {working_extra(release, subject.python)}"
    elif subject.architecture != "x86_64" and not subject.inside:
        useless = any(install.with_cuda for install in subject.installs)
        reason = f"TensorFlow's wheels for {subject.architecture} are built without CUDA"
        reason += ": nothing uses what [and-cuda] brings" if useless else ""
        remedy = "use an x86_64 machine, or NVIDIA's own image for this one"
    elif release and _without_cuda(subject, release):
        reason = f"the {package} wheel of {release.version} is built without CUDA"
        extra = f"install {working_extra(release, subject.python)}"
        remedy = extra if release.and_cuda else f"install tensorflow-gpu=={release.version}"
    else:
        return
    sources = (source_of(f"tensorflow {release.version}", release),) if release else ()
    yield Judgement("gpu-build", Verdict.FAILS, reason, remedy=remedy, sources=sources)


def judge_libraries(subject: Subject) -> Iterator[Judgement]:
    """Yield libraries that are not there or not found: one missing, and no GPU is registered at all."""
    release = subject.release
    if release is None:
        return
    if subject.cuda_from is CudaFrom.EXTRA:
        yield from _of_extra(subject, release)
        for install in subject.installs:
            yield from judge_extra_contents(subject, install)
    elif subject.cuda_from is CudaFrom.IMAGE and subject.official:
        yield from judge_official(subject)
    elif subject.cuda_base:
        yield from judge_cuda_base(subject, release, subject.cuda_base)
    elif subject.cuda_from is CudaFrom.NOWHERE:
        reason = f"nothing brings the CUDA libraries that TensorFlow {release.version} opens"
        extra = f"install {working_extra(release, subject.python)}"
        remedy = extra if release.and_cuda else "take a CUDA base image"
        sources = (source_of(f"tensorflow {release.version}", release),)
        yield Judgement(RULE, Verdict.FAILS, reason, "cuda-lib-missing", remedy, sources)
    elif subject.cuda_from is CudaFrom.UNKNOWN:
        reason = "what build steps or the base image bring of CUDA is not known before it is built"
        yield Judgement(RULE, Verdict.UNKNOWN, reason)


def judge_extra_libraries(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield libraries of the extra that TensorFlow does not find."""
    release = subject.release_of(install)
    if release and install.with_cuda:
        yield from _of_extra(subject, release)


def as_changed(cuda: Cuda | None, shell: str) -> Cuda | None:
    """*cuda* of a base image, less what the commands *shell*, in lower case, may have changed of it."""
    if cuda and "cudnn" in shell:
        cuda = replace(cuda, cudnn="")
    return replace(cuda, flavour="") if cuda and _LIBRARIES.search(shell) else cuda


def judge_official(subject: Subject) -> Iterator[Judgement]:
    """Yield why TensorFlow's own GPU image may not use a GPU."""
    image, release = subject.official, subject.release
    if image is None:
        return
    sources = (source_of(f"official image {image.first}", image),)
    last = next(row for row in reversed(official()) if row.gpu_works)
    added = "add the cuDNN that it opens to this one (such as `apt-get install cudnn9-cuda-12`), or "
    remedy = (
        f"take tensorflow/tensorflow:{last.first}-gpu, or {added if release and release.cudnn_major == 9 else ''}"
        f"start from a python image with {working_extra(None, '')}"
    )
    if image.gpu_works is False:
        reason = f"{subject.image} cannot use a GPU: {image.why}"
        yield Judgement(RULE, Verdict.FAILS, reason, "cudnn-mismatch", remedy, sources)
    elif image.gpu_works is None:
        reason = f"whether {subject.image} can use a GPU is not known: {image.why}"
        yield Judgement(RULE, Verdict.UNKNOWN, reason, "", remedy, sources)
    elif release and _is_older(image.cudnn, release.cudnn):
        reason = (
            f"{subject.image} has cuDNN {image.cudnn}, and TensorFlow {release.version} is documented for "
            f"{release.cudnn}: the GPU is registered, and the first convolution may fail"
        )
        rows = (*sources, source_of(f"tensorflow {release.version}", release))
        yield Judgement("cudnn-version", Verdict.UNKNOWN, reason, "cudnn-mismatch", remedy, rows)


def _is_older(cudnn: str, wanted: str) -> bool:
    """Whether *cudnn* is of an older minor than *wanted*; not where only its major is known."""
    return bool(wanted) and "." in cudnn and version(minor(cudnn)) < version(minor(wanted))


def judge_cuda_base(subject: Subject, release: Release, base: Cuda) -> Iterator[Judgement]:
    """Yield what *release* opens and *base*, under it, lacks or has in another version."""
    lacks, cause = _mismatch(release, base)
    if not lacks:
        return
    opened = sonames(release.version)
    sources = [source_of(f"tensorflow {release.version}", release)]
    sources += [source_of(f"libraries of {opened.first} to {opened.last}", opened)] if opened else []
    wants = f"CUDA {minor(release.cuda) or release.cuda_major} and cuDNN {release.cudnn_major}"
    reason = f"TensorFlow {release.version} wants {wants}, and {subject.image} {lacks}: no GPU is registered"
    yield Judgement(RULE, Verdict.FAILS, reason, cause, _fitting(release), tuple(sources))


def _without_cuda(subject: Subject, release: Release) -> bool:
    known = bool(subject.inside) or subject.package == "tensorflow"
    of_image = subject.official or (subject.base.has_tensorflow and not subject.installs)
    return known and not release.cuda_build and not of_image


def _of_extra(subject: Subject, release: Release) -> Iterator[Judgement]:
    missing = release.and_cuda.missing if release.and_cuda else ()
    path = subject.environment.get("LD_LIBRARY_PATH", "")
    if not missing or all(f"nvidia/{name}/lib" in path for name in missing):
        return
    folders = ":".join(f"…/nvidia/{name}/lib" for name in missing)
    good = good_extra(release, subject.python)
    instead = f"install tensorflow[and-cuda]=={good.version}, or " if good else ""
    yield Judgement(
        RULE,
        Verdict.FAILS,
        f"tensorflow[and-cuda]=={release.version} does not look where its own {', '.join(missing)} libraries "
        "are, and so registers no GPU",
        "cuda-lib-missing",
        f"{instead}set LD_LIBRARY_PATH to {folders}",
        (source_of(f"tensorflow {release.version}", release),),
    )


def _mismatch(release: Release, base: Cuda) -> tuple[str, str]:
    """What is wrong with *base* for *release*, in words, and the cause; empty where nothing is known to be."""
    has, wants = version(base.version), version(release.cuda or str(release.cuda_major))
    if not release.cuda_major or not release.cudnn_major:
        return "", ""
    if has.major != wants.major or (wants.major == 10 and release.cuda and has.minor != wants.minor):
        return f"has CUDA {minor(base.version)}", "cuda-version-mismatch"
    if base.flavour == "base":
        return "is of the flavour base, without cuBLAS, cuFFT and the like", "cuda-lib-missing"
    if base.cudnn == "none":
        return "has no cuDNN", "cuda-lib-missing"
    if base.cudnn and int(base.cudnn) != release.cudnn_major:
        return f"has cuDNN {base.cudnn}", "cudnn-mismatch"
    return "", ""


def _fitting(release: Release) -> str:
    """What to stand on instead."""
    its_minor = version(minor(release.version))
    rows = (row for row in cuda_images_for() if version(row.first) <= its_minor <= version(row.last))
    images = [f"nvidia/cuda:{row.tags[-1]}" for row in rows]
    if release.and_cuda and release.and_cuda.pythons:
        images.append(f"a python image with {working_extra(release, '')}")
    return f"take {' or '.join(images)}" if images else "take the official -gpu image of that release"
