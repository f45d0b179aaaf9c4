"""Whether the image's TensorFlow can use a GPU, and whether there will be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import (
    Install,
    all_tensorflow_installs,
    base_of,
    follows_releases,
    of_installs,
    tensorflow_installs,
    without_gpu,
)
from tf_docker_check.resources.gpu import sonames
from tf_docker_check.resources.images import cuda_images_for, official
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.resources.tensorflow import AndCuda, Release, releases
from tf_docker_check.rules.extra import judge_extra, next_good

_LOADER_PATH = "LD_LIBRARY_PATH"
_LIBRARIES = re.compile(r"cuda-(?:libraries|toolkit|runtime)|libcu|nvidia-cublas")


def cpu_host(stage: Stage) -> Iterator[Remark]:
    """TFD030."""
    if not stage.ships:
        return
    only_cpu = [
        install for install in all_tensorflow_installs(stage) if install.wanted.name == "tensorflow-cpu"
    ]
    if base_of(stage).gpu and (without_gpu(stage) or only_cpu):
        why = "TensorFlow is the CPU build" if only_cpu and not without_gpu(stage) else "no GPU will be used"
        yield Remark(
            stage.root.word,
            f"{stage.root.known_image} carries gigabytes of CUDA, and {why}",
            "take the image without CUDA",
            _without_gpu(stage),
        )
    for install in tensorflow_installs(stage) if without_gpu(stage) else ():
        if install.with_cuda:
            yield Remark(
                install.wanted.span,
                "the [and-cuda] extra downloads gigabytes of CUDA, and no GPU will be used",
                "leave out [and-cuda]",
                install.wanted.replace("[and-cuda]", ""),
            )


def official_without_cudnn(stage: Stage) -> Iterator[Remark]:
    """TFD031."""
    row = base_of(stage).official
    if row is None or row.gpu_works is not False or not base_of(stage).gpu or without_gpu(stage):
        return
    if stage.ships and "cudnn" not in stage.all_shell_text and "and-cuda" not in stage.all_shell_text:
        last = next(image for image in reversed(official()) if image.gpu_works)
        yield Remark(
            stage.root.word,
            f"TensorFlow finds no GPU in {stage.root.known_image}: {row.why}",
            f"take {last.first}-gpu, or add cuDNN 9 to this one (`apt-get install cudnn9-cuda-12`, or "
            "tensorflow[and-cuda] of the same version), or start from a python image with [and-cuda]",
        )


def extra_not_installable(stage: Stage) -> Iterator[Remark]:
    """TFD032."""
    return of_installs(stage, judge_extra, _next_patch)


def extra_finds_no_gpu(stage: Stage) -> Iterator[Remark]:
    """TFD033."""
    if without_gpu(stage) or stage.architecture != "x86_64" or _LOADER_PATH in stage.source.text:
        return
    for install in tensorflow_installs(stage):
        extra = install.release.and_cuda if install.release else None
        if not install.with_cuda or not install.release or not extra or not extra.missing:
            continue
        good = _last_good(install.python)
        yield Remark(
            install.wanted.span,
            f"tensorflow[and-cuda]=={install.release.version} does not look where its own "
            f"{', '.join(extra.missing)} libraries are, and so registers no GPU",
            (f"take {good}, or " if good else "") + f"set {_LOADER_PATH} to the lib folder of each under "
            "site-packages/nvidia",
            _loader_path(stage, install, extra),
        )


def other_cuda(stage: Stage) -> Iterator[Remark]:
    """TFD034."""
    if base_of(stage).cuda is None or without_gpu(stage):
        return
    for install in tensorflow_installs(stage):
        release = install.release
        if not release or install.with_cuda or not follows_releases(install) or not release.cuda_build:
            continue
        if install.wanted.name != "tensorflow-cpu" and (mismatch := _mismatch(stage, release)):
            yield Remark(
                stage.root.word,
                f"TensorFlow {release.version} wants CUDA {release.cuda} and cuDNN {release.cudnn}, and "
                f"{stage.root.known_image} {mismatch}: no GPU is registered",
                _fitting(release),
            )


def _fitting(release: Release) -> str:
    """What to stand on instead."""
    tags = next((row.tags for row in cuda_images_for() if _covers(row.first, row.last, release)), ())
    images = [f"nvidia/cuda:{tags[-1]}"] if tags else []
    if release.and_cuda and release.and_cuda.pythons:
        images.append("a python image with tensorflow[and-cuda]")
    return f"take {' or '.join(images)}" if images else "take the official -gpu image of that release"


def _mismatch(stage: Stage, release: Release) -> str:
    """What *release* misses in the image, in words; empty where nothing, or it cannot be told."""
    cuda, cudnn_added = base_of(stage).cuda, "cudnn" in stage.all_shell_text
    if cuda is None or not release.cuda or not release.cudnn_major or not sonames(release.version):
        return ""
    has, wants = version(cuda.version), version(release.cuda)
    if has.major != wants.major or (wants.major == 10 and has.minor != wants.minor):
        return f"has CUDA {cuda.version}"
    if cuda.flavour == "base" and not _LIBRARIES.search(stage.all_shell_text):
        return "is of the flavour base, without cuBLAS, cuFFT and the like"
    if cudnn_added or not cuda.cudnn:
        return ""
    if cuda.cudnn == "none":
        return "has no cuDNN"
    return f"has cuDNN {cuda.cudnn}" if cuda.cudnn != str(release.cudnn_major) else ""


def _next_patch(install: Install) -> tuple[Edit, ...]:
    """The next patch of the same minor, where the extra of that can be installed."""
    release = install.release
    patch = next_good(release, install.python) if release and release.and_cuda else None
    if not release or not patch or minor(patch.version) != minor(release.version):
        return ()
    return install.wanted.replace(release.version, patch.version)


def _last_good(python: str) -> str:
    """The newest release of which the extra finds a GPU, on that Python where it is known."""
    for release in reversed(releases()):
        extra = release.and_cuda
        if release.final and extra and not extra.missing and (python or extra.pythons[-1]) in extra.pythons:
            return release.version
    return ""


def _loader_path(stage: Stage, install: Install, extra: AndCuda) -> tuple[Edit, ...]:
    """An ENV after the RUN; only where it is plain where pip puts things and that this stage is what runs."""
    step = next((step for step in stage.steps if any(run is install.run for run in step.installs)), None)
    plain = base_of(stage).family == "python" and install.run.managed and "venv" not in stage.all_shell_text
    if step is None or not plain or not stage.ships or not install.python:
        return ()
    folder = f"/usr/local/lib/python{install.python}/site-packages/nvidia"
    value = ":".join(f"{folder}/{name}/lib" for name in extra.missing)
    after = Span(stage.source, step.span.end, step.span.end)
    return (Edit(after, f"\nENV {_LOADER_PATH}={value}"),)


def _covers(first: str, last: str, release: Release) -> bool:
    return version(first) <= version(minor(release.version)) <= version(last)


def _without_gpu(stage: Stage) -> tuple[Edit, ...]:
    word = stage.root.word
    literal = base_of(stage).family == "official" and word.text == stage.root.known_image
    return (Edit(word, word.text.replace("-gpu", "")),) if literal and "-gpu" in base_of(stage).tag else ()
