"""Whether pip can install the extra [and-cuda]."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.model.text import any_of
from tf_docker_check.requirements.requirement import Requirement
from tf_docker_check.resources.rows import source_of
from tf_docker_check.resources.tensorflow import AndCuda, Release, releases
from tf_docker_check.rules.subject import Subject


def judge_extra(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield that the extra is not there, or cannot be installed where the wheel itself can."""
    release = subject.release_of(install)
    if not install.with_cuda or not release or subject.architecture != "x86_64":
        return
    if release.and_cuda is None:
        reason = (
            f"{install.name} {release.version} has no extra [and-cuda]: pip says so in a warning and installs "
            "it without CUDA"
        )
        first = next(row for row in releases() if row.and_cuda and row.and_cuda.pythons)
        remedy = f"take TensorFlow {first.version} or newer, or an image with the CUDA it wants"
        sources = (source_of(f"tensorflow {release.version}", release),)
        yield Judgement("extra", Verdict.DEGRADED, reason, "cuda-lib-missing", remedy, sources)
    elif install.pin:
        yield from _refused(subject.python, release, release.and_cuda)


def judge_extra_contents(subject: Subject, install: Requirement) -> Iterator[Judgement]:
    """Yield that the extra lacks a library that cuDNN opens when it is first used."""
    release = subject.release_of(install)
    extra = release.and_cuda if release and install.with_cuda else None
    if not release or not extra or _has_nvrtc(release):
        return
    reason = (
        f"tensorflow[and-cuda]=={release.version} does not bring libnvrtc, which cuDNN opens for convolutions: the GPU "
        "is registered, and `Could not load library libcudnn_cnn_infer.so.8 … libnvrtc.so` ends the first one"
    )
    good = next(
        (row for row in _good(subject.python) if row.parsed > release.parsed and _has_nvrtc(row)), None
    )
    major = extra.requires[0].partition("==")[0].rpartition("-")[2]
    instead = f"take TensorFlow {good.version}, or " if good else ""
    remedy = f"{instead}ask for nvidia-cuda-nvrtc-{major} too, and put a link libnvrtc.so into its folder"
    sources = (source_of(f"tensorflow {release.version}", release),)
    yield Judgement("extra-contents", Verdict.DEGRADED, reason, "cuda-lib-missing", remedy, sources)


def _has_nvrtc(release: Release) -> bool:
    requires = release.and_cuda.requires if release.and_cuda else ()
    return any(line.startswith("nvidia-cuda-nvrtc") for line in requires)


def good_extra(release: Release, python: str) -> Release | None:
    """The next newer release whose extra can be installed on *python* and finds its libraries, else an older."""
    good = _good(python)
    return next((row for row in good if row.parsed > release.parsed), good[-1] if good else None)


def working_extra(release: Release | None, python: str) -> str:
    """The requirement with the extra that can be installed and finds its libraries: of *release*, else of another."""
    good = _good(python) or _good("")
    other = good_extra(release, python) if release and release not in good else release
    return f"tensorflow[and-cuda]=={(other or good[-1]).version}"


def _refused(python: str, release: Release, extra: AndCuda) -> Iterator[Judgement]:
    if (python in extra.pythons or python not in release.pythons) if python else extra.pythons:
        return
    where = f" on Python {python}" if python and extra.pythons else ""
    why = f": {extra.why_not}" if extra.why_not else ""
    other = good_extra(release, python)
    pythons = f"take Python {any_of(extra.pythons)}" if extra.pythons else ""
    choices = (pythons, f"take TensorFlow {other.version}" if other else "")
    remedy = ", or ".join(filter(None, choices)) or "leave out [and-cuda]"
    reason = f"tensorflow[and-cuda]=={release.version} cannot be installed{where}{why}"
    sources = (source_of(f"tensorflow {release.version}", release),)
    yield Judgement("exists", Verdict.FAILS, reason, "no-wheel", remedy, sources)


def _good(python: str) -> list[Release]:
    """Final releases whose extra can be installed on *python* and finds its libraries, oldest first."""
    usable = [(row, row.and_cuda) for row in releases() if row.final and row.and_cuda]
    whole = [(row, extra) for row, extra in usable if not extra.missing]
    return [row for row, extra in whole if (python in extra.pythons if python else extra.pythons)]
