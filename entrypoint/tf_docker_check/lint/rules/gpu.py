"""Whether the image's TensorFlow can use a GPU, and whether there will be one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import of_installs, remarks
from tf_docker_check.resources.gpu import compilers
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.rules.cuda import as_changed, judge_cuda_base, judge_extra_libraries, judge_official
from tf_docker_check.rules.extra import good_extra, judge_extra, judge_extra_contents
from tf_docker_check.rules.stage import (
    Install,
    all_tensorflow_installs,
    base_of,
    follows_releases,
    subject_of,
    tensorflow_installs,
    without_gpu,
)

_AMPERE = 80
"""Compute capability 8.0: GPUs that came in 2020."""

_LOADER_PATH = "LD_LIBRARY_PATH"


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
    image = base_of(stage).official
    if image is None or image.gpu_works is not False or not base_of(stage).gpu or without_gpu(stage):
        return
    if stage.ships and "cudnn" not in stage.all_shell_text and "and-cuda" not in stage.all_shell_text:
        yield from remarks(stage.root.word, judge_official(subject_of(stage)))


def extra_not_installable(stage: Stage) -> Iterator[Remark]:
    """TFD032."""
    return of_installs(stage, judge_extra, _next_patch)


def extra_finds_no_gpu(stage: Stage) -> Iterator[Remark]:
    """TFD033."""
    if without_gpu(stage) or stage.architecture != "x86_64" or _LOADER_PATH in stage.source.text:
        return
    yield from of_installs(stage, judge_extra_libraries, partial(_loader_path, stage))


def extra_without_nvrtc(stage: Stage) -> Iterator[Remark]:
    """TFD036."""
    if not without_gpu(stage) and "nvrtc" not in stage.all_shell_text:
        yield from of_installs(stage, judge_extra_contents)


def other_cuda(stage: Stage) -> Iterator[Remark]:
    """TFD034."""
    cuda = as_changed(base_of(stage).cuda, stage.all_shell_text)
    if cuda is None or without_gpu(stage):
        return
    for install in tensorflow_installs(stage):
        release = install.release
        if not release or install.with_cuda or not follows_releases(install) or not release.cuda_build:
            continue
        if install.wanted.name != "tensorflow-cpu":
            yield from remarks(stage.root.word, judge_cuda_base(subject_of(stage, install), release, cuda))


def cuda_before_todays_gpus(stage: Stage) -> Iterator[Remark]:
    """TFD037."""
    base = base_of(stage)
    cuda = base.own_cuda or (base.cuda.version if base.cuda else "")
    older = [row for row in compilers() if cuda and version(row.cuda) <= version(cuda)]
    if not base.gpu or not older or older[-1].most >= _AMPERE or without_gpu(stage) or not stage.ships:
        return
    most = older[-1].most
    yield Remark(
        stage.root.word,
        f"the CUDA {minor(cuda)} of {stage.root.known_image} has code for GPUs up to compute capability "
        f"{most // 10}.{most % 10}: GPUs from 2020 on (8.0 and newer) compile it at start, slowly, or fail",
        "take an image with CUDA 11.2 or newer, and a TensorFlow that was built for it",
    )


def _next_patch(install: Install) -> tuple[Edit, ...]:
    """The next patch of the same minor, where the extra of that can be installed."""
    release = install.release
    patch = good_extra(release, install.python) if release and release.and_cuda else None
    if not release or not patch or minor(patch.version) != minor(release.version):
        return ()
    return install.wanted.replace(release.version, patch.version)


def _loader_path(stage: Stage, install: Install) -> tuple[Edit, ...]:
    """An ENV after the RUN; only where it is plain where pip puts things and that this stage is what runs."""
    step = next((step for step in stage.steps if any(run is install.run for run in step.installs)), None)
    plain = base_of(stage).family == "python" and install.run.managed and "venv" not in stage.all_shell_text
    extra = install.release.and_cuda if install.release else None
    if step is None or not plain or not stage.ships or not install.python or not extra:
        return ()
    folder = f"/usr/local/lib/python{install.python}/site-packages/nvidia"
    value = ":".join(f"{folder}/{name}/lib" for name in extra.missing)
    after = Span(stage.source, step.span.end, step.span.end)
    return (Edit(after, f"\nENV {_LOADER_PATH}={value}"),)


def _without_gpu(stage: Stage) -> tuple[Edit, ...]:
    word = stage.root.word
    literal = base_of(stage).family == "official" and word.text == stage.root.known_image
    return (Edit(word, word.text.replace("-gpu", "")),) if literal and "-gpu" in base_of(stage).tag else ()
